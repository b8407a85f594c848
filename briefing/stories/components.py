"""Connected components of a graph."""

import numpy as np
import numpy.typing as npt

from briefing.stories.sparse import Places


def components(count: int, edges: npt.NDArray[np.intp]) -> list[Places]:
    """The nodes 0 to count - 1 that hang together by edges [n, 2], each part in ascending order, ordered by its first node.

    Each node takes the smallest label among its neighbours', and then the label of that label, until nothing changes.
    """
    labels, before = np.arange(count), np.full(count, -1)
    while (labels != before).any():
        before = labels.copy()
        np.minimum.at(labels, edges[:, 0], before[edges[:, 1]])
        np.minimum.at(labels, edges[:, 1], before[edges[:, 0]])
        labels = labels[labels]
    order = np.argsort(labels, kind="stable")
    return np.split(order, np.flatnonzero(np.diff(labels[order])) + 1)
