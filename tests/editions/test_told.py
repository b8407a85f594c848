"""What templates are given of one story."""

from dataclasses import replace

from briefing.editions.room import Detail
from briefing.editions.told import tell

from . import samples


def test_nobody_corroborates_themselves_and_each_feed_is_named_once() -> None:
    fragment = samples.edition().picks[0].fragment
    own, others = fragment.sources[0], fragment.sources[1:]
    assert others
    again = replace(own, url="https://same.example/another", title="Another article of the same feed")
    told = tell(replace(fragment, sources=(own, again, *others, *others)), Detail.FULL)
    assert [source.feed for source in told.also] == [source.feed for source in others]
