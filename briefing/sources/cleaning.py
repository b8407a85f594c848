"""The named chain of rules that take from an entry's blocks what is not its own words."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise

from briefing.model import Role
from briefing.sources import boilerplate
from briefing.sources.blocks import Block, cut, retext, spans
from briefing.sources.habits import key
from briefing.sources.repair import repair
from briefing.sources.spoken import untagged, without_directions, without_marks
from briefing.text import WORD, visible, word_count

_SPONSOR_GAP = 6
_FRAME_SHARE = 0.75
_LONGEST_MENU_ITEM = 5
_SHORTEST_MENU = 4
_COLD_OPEN_SHARE = 0.12
_COLD_OPEN_WORDS = 8
_LONGEST_PROMO = 60
_LONGEST_OPENER = 10
_LONGEST_SECTION = 9
_LONGEST_SHORT_LINE = 7
_SENTENCE_ENDS = (".", "!", "…", ":", ";", ",", "。", "！", "：", "；", "，", '"', "”", ")")


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What the rules may know of the entry beside its blocks."""

    language: str = ""
    is_spoken: bool = False


Blocks = list[Block]


@dataclass(frozen=True, slots=True)
class Rule:
    name: str
    why: str
    apply: Callable[[Blocks, Context], Blocks]


def clean(blocks: Sequence[Block], context: Context) -> Blocks:
    """The blocks after all rules, in order."""
    cleaned = list(blocks)
    for rule in RULES:
        cleaned = [block for block in rule.apply(cleaned, context) if block.text.strip()]
    return cleaned


def _characters(blocks: Blocks, _: Context) -> Blocks:
    return [retext(block, " ".join(untagged(visible(repair(block.text))).split())) for block in blocks]


def _never_said(blocks: Blocks, context: Context) -> Blocks:
    return [retext(block, without_directions(without_marks(block.text))) for block in blocks] if context.is_spoken else blocks


def _labels_of_the_page(blocks: Blocks, context: Context) -> Blocks:
    worded = [block for block in blocks if WORD.search(block.text)]
    return [block for block in worded if context.is_spoken or not boilerplate.is_alone(block.text, context.language)]


def _notices(blocks: Blocks, context: Context) -> Blocks:
    return [block for block in blocks if context.is_spoken or not (_is_short(block.text) and _is_notice(block, context))]


def _is_notice(block: Block, context: Context) -> bool:
    return block.role is not Role.HEADING and boilerplate.is_notice(block.text, context.language)


def _menus(blocks: Blocks, _: Context) -> Blocks:
    runs = [(is_item, list(run)) for is_item, run in groupby(blocks, key=_is_menu_item)]
    return [block for is_item, run in runs if not (is_item and len(run) >= _SHORTEST_MENU) for block in run]


def _is_menu_item(block: Block) -> bool:
    return block.linked > 0.9 and word_count(block.text) <= _LONGEST_MENU_ITEM


def _sponsored_sections(blocks: Blocks, context: Context) -> Blocks:
    """From the line that opens a sponsored section to the heading that begins the next one."""
    pattern = None if context.is_spoken else _pattern("section", blocks, context)
    kept: Blocks = []
    index = 0
    while index < len(blocks):
        if pattern and _opens_section(blocks[index], pattern):
            index = _section_end(blocks, index + 1)
        else:
            kept.append(blocks[index])
            index += 1
    return kept


def _opens_section(block: Block, pattern: re.Pattern[str]) -> bool:
    return word_count(block.text) <= _LONGEST_OPENER and pattern.search(block.text) is not None


def _section_end(blocks: Blocks, start: int) -> int:
    """The next heading after a section's own; only the opening line belongs to it where no heading follows soon."""
    begin = start + 1 if start < len(blocks) and blocks[start].role is Role.HEADING else start
    ahead = range(begin, min(begin + _LONGEST_SECTION, len(blocks)))
    return next((i for i in ahead if blocks[i].role is Role.HEADING), start)


def _frame(blocks: Blocks, context: Context) -> Blocks:
    """Near the end of a text, all that follows the first sentence of the frame."""
    pattern = None if context.is_spoken else _pattern("frame", blocks, context)
    if pattern is None:
        return blocks
    late = int(len(blocks) * _FRAME_SHARE)
    end = next((i for i, block in enumerate(blocks) if i >= max(late, 1) and pattern.search(block.text)), len(blocks))
    return _without_matching(blocks[:end], context, "frame")


def _promos(blocks: Blocks, context: Context) -> Blocks:
    return _without_matching(_without_matching(blocks, context, "promo"), context, "rights")


def _without_matching(blocks: Blocks, context: Context, kind: str) -> Blocks:
    pattern = _pattern(kind, blocks, context)
    return [part for block in blocks for part in _without(block, context, pattern)] if pattern else blocks


def _pattern(kind: str, blocks: Blocks, context: Context) -> re.Pattern[str] | None:
    return boilerplate.pattern(kind, context.language, "\n".join(block.text for block in blocks))


def _without(block: Block, context: Context, unwanted: re.Pattern[str]) -> Iterator[Block]:
    """The block cut at each unwanted sentence, so that no quote can span one."""
    if not unwanted.search(block.text):
        yield block
        return
    pieces = spans(block, context.language)
    drop = {i for i, (start, end) in enumerate(pieces) if _is_short(words := block.text[start:end]) and unwanted.search(words)}
    yield from cut(block, pieces, drop)


def _is_short(words: str) -> bool:
    return word_count(words) <= _LONGEST_PROMO


def _sponsor_reads(blocks: Blocks, context: Context) -> Blocks:
    pattern = _pattern("sponsor", blocks, context)
    return [part for block in blocks for part in _without_reads(block, context, pattern)] if pattern else blocks


def _without_reads(block: Block, context: Context, sponsored: re.Pattern[str]) -> Iterator[Block]:
    if not sponsored.search(block.text):
        yield block
        return
    pieces = spans(block, context.language)
    hits = [i for i, (start, end) in enumerate(pieces) if sponsored.search(block.text[start:end])]
    between = {i for a, b in pairwise(hits) if b - a <= _SPONSOR_GAP for i in range(a, b)}
    yield from cut(block, pieces, between | set(hits))


def _repeats(blocks: Blocks, context: Context) -> Blocks:
    """Paragraphs that stand twice, and sentences of a cold open that are said again in their place."""
    if context.is_spoken:
        return _without_cold_open(blocks, context)
    seen: set[str] = set()
    return [block for block in blocks if not (_is_seen(block, seen) and block.role is not Role.HEADING)]


def _is_seen(block: Block, seen: set[str]) -> bool:
    found = key(block.text)
    known = found in seen and word_count(block.text) > _LONGEST_MENU_ITEM
    seen.add(found)
    return known


def _without_cold_open(blocks: Blocks, context: Context) -> Blocks:
    counts = Counter(_said(block, pieces) for block in blocks for pieces in spans(block, context.language))
    open_until = len(" ".join(block.text for block in blocks)) * _COLD_OPEN_SHARE
    kept: Blocks = []
    length = 0
    for block in blocks:
        pieces = spans(block, context.language) if length < open_until else []
        kept.extend(cut(block, pieces, {i for i, piece in enumerate(pieces) if _again(_said(block, piece), counts)}))
        length += len(block.text)
    return kept


def _said(block: Block, piece: tuple[int, int]) -> str:
    words = block.text[piece[0] : piece[1]]
    return key(words) if word_count(words) >= _COLD_OPEN_WORDS else ""


def _again(said: str, counts: Counter[str]) -> bool:
    """Whether a sentence will be said again; each time it is asked counts as one saying."""
    counts[said] -= 1
    return bool(said) and counts[said] > 0


def _short_lines(blocks: Blocks, context: Context) -> Blocks:
    """Headings that were set as paragraphs."""
    if context.is_spoken:
        return blocks
    following = [*blocks, Block(text="", role=Role.HEADING)][1:]
    return [
        replace(block, role=Role.HEADING) if _heads(block, after) else block
        for block, after in zip(blocks, following, strict=True)
    ]


def _heads(block: Block, after: Block) -> bool:
    if block.role is not Role.PROSE or after.role is Role.HEADING or block.text.endswith(_SENTENCE_ENDS):
        return False
    short = word_count(block.text) <= _LONGEST_SHORT_LINE < word_count(after.text)
    return short and not block.text.startswith(("--", "—", "–"))


def _empty_headings(blocks: Blocks, _: Context) -> Blocks:
    followed = [*(block.role is not Role.HEADING for block in blocks), False][1:]
    kept = [b for b, full in zip(blocks, followed, strict=True) if full or b.role is not Role.HEADING or _is_numbered(b)]
    return kept or blocks


def _is_numbered(block: Block) -> bool:
    return block.text[:1].isdigit()


def _merge_marks(blocks: Blocks, _: Context) -> Blocks:
    """Bullets that were left in front of items."""
    return [replace(block, role=Role.ITEM, text=block.text.lstrip("•·▪ -")) if _has_bullet(block) else block for block in blocks]


def _has_bullet(block: Block) -> bool:
    return block.role is not Role.HEADING and not block.speaker and block.text.lstrip("- ").startswith(("•", "·", "▪"))


RULES: tuple[Rule, ...] = (
    Rule(
        "characters", "damaged, invisible and control characters, entities and left-over tags are mended or dropped", _characters
    ),
    Rule("never said", "time stamps, stage directions and breaks of a transcript are not words of its speakers", _never_said),
    Rule("bullets", "a line that begins with a bullet is a list item, and the bullet is not part of it", _merge_marks),
    Rule("menus", "four or more short links in a row are navigation", _menus),
    Rule("labels of the page", "buttons, menu words and captions of sections stand alone in their block", _labels_of_the_page),
    Rule("notices", "a paragraph or item labelled as an event or an advertisement is none of the entry's own matter", _notices),
    Rule("short lines", "a paragraph of a few words without an end, before a longer one, is a heading", _short_lines),
    Rule(
        "sponsored sections",
        "from the line that opens a sponsored section to the next heading after its own",
        _sponsored_sections,
    ),
    Rule("frame", "view-in-browser, unsubscribe and address lines; near the end, all that follows them", _frame),
    Rule("promos", "calls to subscribe, follow, rate or read on; lines about rights and how the text was made", _promos),
    Rule("sponsor reads", "sentences with a sponsor's cue, and what lies between two of them", _sponsor_reads),
    Rule("repeats", "a paragraph that stands twice; a cold open that is said again in its place", _repeats),
    Rule("empty headings", "a heading without words below it", _empty_headings),
)
