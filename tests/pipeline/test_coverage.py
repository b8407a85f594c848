"""What an edition says of how much stood behind it."""

from dataclasses import replace

from briefing.pipeline.coverage import coverage

from .conftest import BATTERY, BUSES, NOW, Desk, feed


def test_items_are_never_told_without_the_sources_they_came_from(desk: Desk) -> None:
    desk.pages["http://paper.example/feed"] = feed("paper.example", ("battery", "Battery", BATTERY))
    desk.pages["http://town.example/feed"] = feed("town.example", ("buses", "Buses", BUSES))
    desk.run()
    config = desk.services.config
    resting = replace(config, feeds=tuple(replace(each, enabled=False) for each in config.feeds))
    with desk.services.store.read() as db:
        told = [(found.items, found.sources) for found in (coverage(db, config, NOW), coverage(db, resting, NOW))]
    assert told == [(2, 2), (2, 2)]
