"""Choosing the setting of clustering on some sets and scoring it on another, as if the frozen one had never seen that set."""

from collections.abc import Callable, Iterator, Mapping
from itertools import product
from statistics import median_low

from briefing.stories.thresholds import Thresholds

Score = Mapping[str, float]
Scores = Mapping[str, Score]

MARKS: Mapping[str, tuple[str, float]] = {
    "BASIL": ("pair_f1", 0.95),
    "AllSides": ("pair_f1", 0.60),
    "AllSides, dates": ("pair_f1", 0.80),
    "ECB+": ("pair_f1", 0.78),
    "UCI titles": ("pair_p", 0.95),
}
"""What each set is judged by, and what is asked of it."""
GRID = tuple(Thresholds(join=join, crowd=crowd) for join, crowd in product((0.18, 0.20, 0.22, 0.24, 0.26), (0.04, 0.06, 0.08)))


def margin(name: str, score: Score) -> float:
    key, mark = MARKS[name]
    return score[key] - mark


def chosen(table: Mapping[Thresholds, Scores], left_out: frozenset[str]) -> Thresholds:
    """The setting whose worst set is furthest above its mark, the sets left out not counted; the middle of those equally good."""
    worst = {
        limits: round(min(margin(name, score) for name, score in scores.items() if name not in left_out), 3)
        for limits, scores in table.items()
    }
    best = [limits for limits, value in worst.items() if value == max(worst.values())]
    return Thresholds(join=median_low(one.join for one in best), crowd=median_low(one.crowd for one in best))


def families(names: Mapping[str, object]) -> Iterator[frozenset[str]]:
    """Sets that are left out together: one collection with and without its dates is one."""
    yield from dict.fromkeys(frozenset(other for other in names if other.split(",")[0] == name.split(",")[0]) for name in names)


def report(run: Callable[[Thresholds], Scores]) -> Iterator[str]:
    """Lines of a table: the setting chosen without each set, and that set's score with it; then the one chosen on all."""
    table = {limits: run(limits) for limits in GRID}
    some = next(iter(table.values()))
    for left_out in families(some):
        limits = chosen(table, left_out)
        for name in sorted(left_out):
            yield line(f"without {name}", limits, name, table[limits][name])
    limits = chosen(table, frozenset())
    for name in some:
        yield line("on all", limits, name, table[limits][name])


def line(how: str, limits: Thresholds, name: str, score: Score) -> str:
    key, mark = MARKS[name]
    return f"{how:26s} join {limits.join:.2f} crowd {limits.crowd:.2f}   {name:16s} {key} {score[key]:.3f} (asked {mark:.2f})"
