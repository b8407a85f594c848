"""The encoder reads every token once, in a window that holds it, and keeps to the languages it has learnt."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from briefing.insights.candidates import candidates
from briefing.insights.encoder import SIZE, Encoder, windows
from briefing.sources.documents import from_text

BEGIN, END = 1, 2


@given(st.integers(1, 1500))
def test_each_token_has_one_place_and_windows_are_framed(length: int) -> None:
    ids = np.arange(10, 10 + length)
    rows, places = windows(ids, BEGIN, END)
    assert (rows.reshape(-1)[places] == ids).all()
    assert rows.shape[1] <= SIZE
    assert (rows[:, 0] == BEGIN).all()
    assert (rows[:, -1] == END).all()


def test_a_language_it_has_not_learnt_is_not_rated() -> None:
    document = from_text("这是一个很长的句子" * 6 + "。", language="zh")
    spans = candidates(document)
    assert spans
    assert np.isnan(Encoder().rate(document, spans)).all()
