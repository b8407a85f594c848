"""What can be counted about a candidate span: one row of named features each, NaN where the language offers no evidence."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from functools import cache, cached_property
from importlib import resources
from itertools import chain

import numpy as np
import numpy.typing as npt

from briefing import text
from briefing.insights import cues
from briefing.insights.candidates import Candidate
from briefing.model import Document, Kind, Passage, Role, Sentence

Column = npt.NDArray[np.float32]
Columns = dict[str, Column]

CATEGORIES = (
    "claim", "contrast", "cause", "number", "comparison", "advice", "prediction", "generality", "evidence", "story",
    "first_person", "second_person", "third_person", "hedge", "filler", "chatter", "greeting", "closing", "sponsor",
    "housekeeping", "question", "announcement", "opinion", "named_source", "change", "importance", "negation", "steps",
    "job", "event", "audience",
)  # fmt: skip
MARKS = {
    "asks": "?？",
    "exclaims": "!！",
    "ellipses": "…",
    "brackets": "[【",
    "quotation": '"“„«「',
    "dashes": "–—",
    "commas": ",，、;；:：",
}
OPENINGS = ("opener", "conjunction", "chatter", "question", "claim")
KEYWORDS = 40


@cache
def ranks(language: str) -> dict[str, int]:
    """Word -> rank by frequency, from 1; empty for a language whose frequencies are not packaged."""
    found = resources.files("briefing.insights").joinpath("data", f"words-{language}.txt")
    return {word: rank for rank, word in enumerate(found.read_text("utf-8").split(), 1)} if found.is_file() else {}


class Sheet:
    """The sentences of a document as columns, from which the features of any run of them are sums."""

    def __init__(self, document: Document, spans: Sequence[Candidate]) -> None:
        self.document = document
        self.spans = spans
        self.language = text.primary(document.language)
        self.cues = cues.load(self.language)
        self.offsets = np.cumsum([0] + [len(passage.sentences) for passage in document.passages])
        self.home = np.array([span.passage for span in spans], np.int64)
        self.first = self.offsets[self.home] + np.array([span.first for span in spans], np.int64)
        self.last = self.offsets[self.home] + np.array([span.last for span in spans], np.int64)

    @cached_property
    def sentences(self) -> list[Sentence]:
        return list(chain.from_iterable(passage.sentences for passage in self.document.passages))

    @cached_property
    def texts(self) -> list[str]:
        return [self.document.text[sentence.start : sentence.end] for sentence in self.sentences]

    @cached_property
    def words(self) -> list[list[str]]:
        return [text.words(sentence) for sentence in self.texts]

    @cached_property
    def sizes(self) -> Column:
        return np.array([text.word_count(sentence) for sentence in self.texts], np.float32)

    @cached_property
    def turns(self) -> Column:
        """Words of each passage."""
        totals = np.concatenate([[0.0], np.cumsum(self.sizes)])
        return np.asarray(totals[self.offsets[1:]] - totals[self.offsets[:-1]], np.float32)

    @cached_property
    def lengths(self) -> Column:
        """Words of each span."""
        return np.maximum(self.over(self.sizes), 1.0)

    def over(self, column: Column) -> Column:
        """Sums of a sentence column over each span."""
        totals = np.concatenate([[0.0], np.cumsum(column, dtype=np.float64)])
        return np.asarray(totals[self.last + 1] - totals[self.first], np.float32)

    def passage(self, shift: int) -> list[Passage | None]:
        """The passage before (-1) or after (+1) the one of each span."""
        passages = self.document.passages
        return [passages[index + shift] if 0 <= index + shift < len(passages) else None for index in self.home]

    def said(self, passage: Passage | None) -> str:
        return self.document.text[passage.start : passage.end] if passage else ""


def _size(sheet: Sheet) -> Columns:
    count = (sheet.last - sheet.first + 1).astype(np.float32)
    characters = sheet.over(np.array([len(found) for found in sheet.texts], np.float32))
    return {
        "words": sheet.lengths / 60,
        "words squared": (sheet.lengths / 60) ** 2,
        "sentences": np.log1p(count),
        "sentence length": np.log(sheet.lengths / count),
        "word length": characters / sheet.lengths,
    }


def _cue_words(sheet: Sheet) -> Columns:
    columns: Columns = {}
    for category in CATEGORIES:
        found = sheet.over(np.array([sheet.cues.count(category, sentence) for sentence in sheet.texts], np.float32))
        columns[category] = np.log1p(found) if sheet.cues.phrases else np.full(len(found), np.nan, np.float32)
    return columns


def _marks(sheet: Sheet) -> Columns:
    columns = {
        name: np.log1p(sheet.over(np.array([sum(map(sentence.count, marks)) for sentence in sheet.texts], np.float32)))
        for name, marks in MARKS.items()
    }
    digits = [sum(word[0].isdigit() for word in words) for words in sheet.words]
    trailing = [sentence.rstrip('"”’)]').endswith(("...", "…", "--")) for sentence in sheet.texts]
    return columns | {
        "figures": np.log1p(sheet.over(np.array(digits, np.float32))),
        "trails off": np.array(trailing, np.float32)[sheet.last],
        "ends asking": np.array([sentence.endswith(("?", "？")) for sentence in sheet.texts], np.float32)[sheet.last],
    }


def _openings(sheet: Sheet) -> Columns:
    found = {
        name: np.array([bool(sheet.cues.opens(name, sentence)) for sentence in sheet.texts], np.float32) for name in OPENINGS
    }
    after = np.array([_opens_after_conjunction(sheet.cues, sentence) for sentence in sheet.texts], np.float32)
    lower = np.array([sentence[:1].islower() for sentence in sheet.texts], np.float32)
    columns = {f"opens with {name}": column[sheet.first] for name, column in found.items()}
    return columns | {"opens unresolved after a conjunction": after[sheet.first], "opens in lower case": lower[sheet.first]}


def _opens_after_conjunction(found: cues.Cues, sentence: str) -> bool:
    skipped = found.opens("conjunction", sentence)
    return bool(skipped and found.opens("opener", sentence[skipped:]))


def _place(sheet: Sheet) -> Columns:
    total = max(len(sheet.sentences), 1)
    where = np.asarray(sheet.first / total, np.float32)
    turn = np.maximum(sheet.turns[sheet.home], 1)
    before = np.asarray(sheet.first - sheet.offsets[sheet.home], np.float32)
    after = np.asarray(sheet.offsets[sheet.home + 1] - 1 - sheet.last, np.float32)
    return {
        "position": where,
        "position squared": where**2,
        "in the first twentieth": (where < 0.05).astype(np.float32),
        "in the last twentieth": (where > 0.95).astype(np.float32),
        "opens its passage": (before == 0).astype(np.float32),
        "closes its passage": (after == 0).astype(np.float32),
        "sentences before": np.log1p(before),
        "sentences after": np.log1p(after),
        "passage length": np.log(turn),
        "share of its passage": sheet.lengths / turn,
    }


def _speakers(sheet: Sheet) -> Columns:
    share, turn, asking = _speaker_habits(sheet)
    speakers = [sheet.document.passages[index].speaker for index in sheet.home]
    return {
        "speaker's share": np.array([share[speaker] for speaker in speakers], np.float32),
        "speaker's usual turn": np.array([turn[speaker] for speaker in speakers], np.float32),
        "speaker asks": np.array([asking[speaker] for speaker in speakers], np.float32),
        "speaker opens the document": np.array(
            [speaker == sheet.document.passages[0].speaker for speaker in speakers], np.float32
        ),
    }


def _speaker_habits(sheet: Sheet) -> tuple[dict[str, float], dict[str, float], dict[str, float]]:
    """By speaker: share of all words, log of the mean turn, share of turns that end in a question."""
    words: defaultdict[str, float] = defaultdict(float)
    turns: Counter[str] = Counter()
    asked: Counter[str] = Counter()
    for passage, size in zip(sheet.document.passages, sheet.turns, strict=True):
        words[passage.speaker] += float(size)
        turns[passage.speaker] += 1
        asked[passage.speaker] += sheet.said(passage).endswith(("?", "？"))
    total = max(sum(words.values()), 1.0)
    share = {speaker: count / total for speaker, count in words.items()}
    turn = {speaker: float(np.log1p(words[speaker] / count)) for speaker, count in turns.items()}
    return share, turn, {speaker: asked[speaker] / count for speaker, count in turns.items()}


def _neighbours(sheet: Sheet) -> Columns:
    previous, following = sheet.passage(-1), sheet.passage(1)
    asked = np.array([sheet.said(passage).endswith(("?", "？")) for passage in previous], np.float32)
    opening = (sheet.first == sheet.offsets[sheet.home]).astype(np.float32)
    return {
        "answers a question": asked,
        "answers at once": asked * opening,
        "length of the turn before": np.array([np.log1p(len(sheet.said(passage))) for passage in previous], np.float32),
        "length of the turn after": np.array([np.log1p(len(sheet.said(passage))) for passage in following], np.float32),
        "reaction after": np.array(
            [bool(sheet.cues.opens("chatter", sheet.said(passage)[:40])) for passage in following], np.float32
        ),
    }


def _vocabulary(sheet: Sheet) -> Columns:
    counts = Counter(chain.from_iterable(sheet.words))
    stop = text.stop_words(sheet.language)
    content = [[word for word in words if word not in stop and not word.isdigit()] for words in sheet.words]
    keys = {word for word, count in Counter(chain.from_iterable(content)).most_common(KEYWORDS) if count > 1}
    title = {word for word in text.words(sheet.document.title) if word not in stop}
    return {
        "content words": _share(sheet, [len(words) for words in content]),
        "key words": _share(sheet, [sum(word in keys for word in words) for words in content]),
        "words of the title": _share(sheet, [sum(word in title for word in words) for words in content]),
        "recurring words": _share(sheet, [sum(float(np.log(counts[word])) for word in words) for words in content]),
        "new words": _share(sheet, _first_uses(content)),
        "names": _share(sheet, [_names(sentence) for sentence in sheet.texts]),
    }


def _share(sheet: Sheet, counts: Sequence[float]) -> Column:
    return sheet.over(np.array(counts, np.float32)) / sheet.lengths


def _first_uses(content: Sequence[Sequence[str]]) -> list[float]:
    seen: set[str] = set()
    fresh = []
    for words in content:
        fresh.append(float(len(set(words) - seen)))
        seen.update(words)
    return fresh


def _names(sentence: str) -> int:
    """Capitalised words other than the first."""
    return sum(word[0].isupper() and len(word) > 1 for word in text.WORD.findall(sentence)[1:])


def _rarity(sheet: Sheet) -> Columns:
    known = ranks(sheet.language)
    if not known:
        return dict.fromkeys(("rarity", "rarest words"), np.full(len(sheet.spans), np.nan, np.float32))
    unknown = np.log(len(known) * 1.5)
    sums = [sum(float(np.log(known[word])) if word in known else unknown for word in words) for words in sheet.words]
    rare = [sum(known.get(word, len(known)) > len(known) / 4 for word in words) for words in sheet.words]
    return {"rarity": _share(sheet, sums), "rarest words": np.log1p(sheet.over(np.array(rare, np.float32)))}


def _kind(sheet: Sheet) -> Columns:
    newsletter = float(sheet.document.kind is not Kind.PODCAST)
    roles = [sheet.document.passages[index].role for index in sheet.home]
    return {
        "written": np.full(len(roles), newsletter, np.float32),
        "list item": np.array([role is Role.ITEM for role in roles], np.float32),
        "length of the document": np.full(len(roles), np.log1p(float(sheet.sizes.sum())), np.float32),
    }


GROUPS = (_size, _cue_words, _marks, _openings, _place, _speakers, _neighbours, _vocabulary, _rarity, _kind)


def features(document: Document, spans: Sequence[Candidate]) -> Columns:
    """Name -> float32 [n], one value a span; NaN where the document's language has no cue list or word frequencies."""
    sheet = Sheet(document, spans)
    columns: Columns = {}
    for group in GROUPS:
        columns |= group(sheet)
    return columns


def matrix(columns: Columns) -> npt.NDArray[np.float32]:
    """float32 [n, features], in the order in which the features are named."""
    return np.column_stack(list(columns.values()))
