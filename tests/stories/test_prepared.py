"""Members made ready before: found again while nothing of them changed, and only so many."""

from dataclasses import replace

import numpy as np

from briefing.model import Insight, Kind, Quote, Source
from briefing.stories.members import member
from briefing.stories.prepared import Prepared

SOURCE = Source(entry_id="e", feed_url="f", feed="F", publisher="p", title="T", url="", kind=Kind.NEWS)
VECTOR = np.ones(4, np.float32)


def insight(id_: str) -> Insight:
    quote = Quote(entry_id="e", start=0, end=5, text="Words")
    return Insight(id=id_, entry_id="e", claim="Words", headline="", quotes=(quote,), kind="claim", score=1.0, writer="none")


def test_a_member_is_found_until_something_of_it_changes() -> None:
    prepared, made = Prepared(), member(insight("a"), SOURCE, VECTOR, "Words")
    prepared.keep({"a": made})
    assert prepared.find(insight("a"), SOURCE, VECTOR.copy()) is made
    assert prepared.find(replace(insight("a"), claim="Other"), SOURCE, VECTOR) is None
    assert prepared.find(insight("a"), replace(SOURCE, title="U"), VECTOR) is None
    assert prepared.find(insight("a"), SOURCE, VECTOR * 2) is None
    assert prepared.find(insight("b"), SOURCE, VECTOR) is None


def test_those_of_the_last_run_are_kept_and_only_so_many() -> None:
    prepared = Prepared(most=2)
    prepared.keep({"a": member(insight("a"), SOURCE, VECTOR, "")})
    prepared.keep({id_: member(insight(id_), SOURCE, VECTOR, "") for id_ in "bcd"})
    assert [bool(prepared.find(insight(id_), SOURCE, VECTOR)) for id_ in "abcd"] == [False, True, True, False]
