"""Editions as they lie in the store: the same when they come back, also those that an earlier version kept."""

from dataclasses import fields, replace

import msgspec

from bench.delivery import installation
from briefing.model import Edition, Reason
from briefing.store.columns import pack
from briefing.store.kept import KeptEdition, kept, whole

MADE = installation.edition(1)
EDITION = replace(MADE, picks=tuple(replace(pick, reasons=(Reason(code="strong"),)) for pick in MADE.picks))


def read(text: str) -> Edition:
    return whole(msgspec.json.decode(text, type=KeptEdition), {pick.fragment.hash: pick.fragment for pick in EDITION.picks})


def test_nothing_of_an_edition_is_left_out() -> None:
    assert {each.name for each in fields(KeptEdition)} == {each.name for each in fields(Edition)}
    assert read(pack(kept(EDITION))) == EDITION


def test_what_its_fragments_say_is_not_kept_with_it() -> None:
    claim = EDITION.picks[0].fragment.claim
    assert claim in pack(EDITION)
    assert claim not in pack(kept(EDITION))


def test_an_edition_that_was_kept_with_its_fragments_is_read_the_same() -> None:
    assert read(pack(EDITION)) == EDITION
