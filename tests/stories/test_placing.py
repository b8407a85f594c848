"""The arithmetic of clustering: sparse tables, parts of a graph, and that linking by parts comes to the same as all at once."""

from datetime import timedelta

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from briefing.model import Kind
from briefing.stories.clustering import member
from briefing.stories.components import components
from briefing.stories.corpus import Corpus, WordTable
from briefing.stories.counted import Counted, containment, sorted_numbers
from briefing.stories.members import Member
from briefing.stories.nearness import Nearness
from briefing.stories.placing import linked, pairs, place
from briefing.stories.same_claims import closest
from briefing.stories.similarity import Frequencies
from briefing.stories.sparse import Sparse, offsets, product
from briefing.stories.table import Table, asked
from briefing.stories.thresholds import FROZEN

from . import worlds
from .worlds import NOW

QUICK = settings(max_examples=40, deadline=None)
ROWS = st.lists(st.dictionaries(st.integers(0, 5), st.integers(1, 9), max_size=5), min_size=1, max_size=6)
SUBJECTS = [f"subject{letter}{number}" for letter in "abcd" for number in range(6)]
TOLD = st.lists(
    st.tuples(
        st.lists(st.sampled_from(SUBJECTS), min_size=4, max_size=10), st.integers(0, 300), st.integers(0, 2), st.booleans()
    ),
    min_size=3,
    max_size=24,
)


def sparse(rows: list[dict[int, int]]) -> Sparse:
    columns = np.array([column for row in rows for column in row], np.int32)
    weights = np.array([weight for row in rows for weight in row.values()], np.float32)
    return Sparse(offsets([len(row) for row in rows]), columns, weights, 6)


def dense(rows: list[dict[int, int]]) -> np.ndarray:
    return np.array([[row.get(column, 0) for column in range(6)] for row in rows])


@QUICK
@given(ROWS, ROWS)
def test_a_product_is_that_of_the_tables_laid_out(rows, others) -> None:
    assert (product(sparse(rows), sparse(others).turned()) == dense(rows) @ dense(others).T).all()


@QUICK
@given(ROWS, st.data())
def test_rows_are_taken_in_the_order_asked(rows, data) -> None:
    wanted = data.draw(st.lists(st.integers(0, len(rows) - 1), max_size=8))
    taken = sparse(rows).take(np.array(wanted, np.intp))
    assert (product(taken, sparse([{n: 1} for n in range(6)]).turned()) == dense(rows)[wanted].reshape(-1, 6)).all()


def test_components_hang_together_by_edges() -> None:
    edges = np.array([(6, 4), (4, 1), (0, 5), (2, 2)])
    assert [part.tolist() for part in components(7, edges)] == [[0, 5], [1, 4, 6], [2], [3]]
    assert [part.tolist() for part in components(2, edges[:0])] == [[0], [1]]
    chain = np.stack([np.arange(99), np.arange(1, 100)], axis=1)
    assert [len(part) for part in components(101, chain)] == [100, 1]


def test_the_closest_are_the_first_of_those_equally_close() -> None:
    assert closest(np.array([0.5] * 20 + [0.9], np.float32)).tolist() == [20, *range(12)]
    assert closest(np.array([0.1, 0.2], np.float32)).tolist() == [1, 0]


def test_a_word_counts_once_for_an_entry_and_only_where_it_was_seen() -> None:
    told = [Counted(np.array(words, np.uint32), np.ones(len(words), np.float32)) for words in ([1, 2], [1, 3], [3, 1])]
    table = WordTable(told, np.array([0, 0, 1], np.int32), Frequencies(10, {}))
    one_entry, two_entries = table.weighed(2), table.weighed(3)
    assert one_entry.weights[0] == one_entry.weights[1] == one_entry.weights[2]
    assert two_entries.weights[0] < two_entries.weights[1]
    assert np.allclose(np.bincount([0, 0, 1, 1, 2, 2], two_entries.weights.astype(float) ** 2), 1)


def test_containment_is_of_the_smaller() -> None:
    assert containment(sorted_numbers("abcd"), sorted_numbers("cbx")) == 2 / 3
    assert containment(sorted_numbers([]), sorted_numbers(["a"])) == 0


def told(number: int, words: list[str], hour: int, feed: int, news: bool) -> Member:
    claim, entry = " ".join(words), f"e{number // 2}"
    kind, language = Kind.NEWS if news else Kind.PODCAST, "de" if number % 5 == 3 else "en"
    when = NOW + timedelta(hours=hour)
    source = worlds.source(entry, f"https://f{feed}.example/", kind=kind, published_at=when, language=language)
    vector = np.zeros(8, np.float32)
    vector[number % 8] = 1
    return member(worlds.insight(f"i{number:02}", claim, entry, language=language), source, vector, claim)


@QUICK
@given(TOLD, st.integers(0, 2))
def test_linking_part_by_part_comes_to_the_same_as_all_at_once(texts, known) -> None:
    corpus = Corpus([told(number, *values) for number, values in enumerate(texts)])
    stories, new = [[row] for row in range(known)], np.arange(known, len(texts))
    table = Table(corpus, stories, new, asked(corpus, new, FROZEN), FROZEN)
    nearness = Nearness(corpus, len(texts), FROZEN.vectors)
    whole = linked(table, nearness, pairs(table, nearness)[1])
    assert place(corpus, stories, new, FROZEN) == whole.tolist()
