"""An `InsightWriter` that lets a language model word what the scorer chose; whatever it cannot prove ships as it was said."""

import logging
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from typing import Protocol

from briefing import text
from briefing.errors import EndpointError
from briefing.insights.answers import LONGEST_ANSWER, Claimed, parse_answer, says_nothing
from briefing.insights.grounding import ground
from briefing.insights.prompts import MOST_TOKENS, SCHEMA, VERSION, Messages, again, messages, passages, tokens
from briefing.model import Document, Draft, Insight, Quote
from briefing.ports import Budget, InsightWriter, Memo

__all__ = ["Claimed", "ModelWriter", "parse_answer"]

WRITER = "llm"
WEIGHT = 0.1
"""How far the model's score moves ours: at most a tenth, and by one place."""

REPAIRS = 2
LONGEST_WAIT, SHORTEST_WAIT = timedelta(seconds=60), timedelta(seconds=2)
"""For the words of one document, repairs included; where less than the shorter is left, the model is not asked."""

PAUSE, LONG_PAUSE = timedelta(minutes=5), timedelta(hours=1)
OVERLAP = 0.5

_log = logging.getLogger(__name__)


class Answer(Protocol):
    @property
    def text(self) -> str: ...

    @property
    def tokens(self) -> int:
        """What question and answer cost, 0 if that is not known."""
        ...


class Chat(Protocol):
    def chat(
        self, model: str, messages: Messages, *, schema: Mapping[str, object] | None, max_tokens: int, timeout: float
    ) -> Answer:
        """The answer of a model within `timeout` seconds. Raises `EndpointError`."""
        ...


def utc_now() -> datetime:
    return datetime.now(UTC)


class ModelWriter:
    """Words the drafts of another writer. Never raises: what fails leaves those drafts as they are."""

    def __init__(
        self,
        writer: InsightWriter,
        endpoint: Chat,
        *,
        memo: Memo,
        budget: Budget,
        language: str,
        model: str,
        clock: Callable[[], datetime] = utc_now,
        patience: Callable[[], timedelta | None] = lambda: None,
    ) -> None:
        """`patience` tells how long may be waited for the next document, None if it does not matter."""
        self._writer, self._endpoint = writer, endpoint
        self._memo, self._budget = memo, budget
        self._language, self._model = language, model
        self._clock, self._patience = clock, patience
        self._paused_until = datetime.min.replace(tzinfo=UTC)

    def write(self, document: Document, limit: int) -> list[Draft]:
        """The other writer's drafts, best first, in the model's words where these can be proved."""
        drafts = self._writer.write(document, limit)
        if not drafts:
            return drafts
        shown = passages(document, drafts)
        claims = parse_answer(self._answer(document, shown))
        return reordered([self._worded(document, draft, claims) for draft in drafts])

    def _answer(self, document: Document, shown: Sequence[str]) -> str:
        """The remembered or a fresh answer; empty if there is none to be had."""
        key = f"answer:{text.stable_id(VERSION, self._model, self._language, document.kind.value, *shown)}"
        known = self._memo.get(key)
        if known is not None:
            return known
        answer = self._ask(messages(document, shown, self._language))
        if answer is not None:
            self._memo.put(key, answer)
        return answer or ""

    def _ask(self, asked: Messages) -> str | None:
        """A usable answer after at most two repairs; "" if the model gives none, None if it cannot be asked now."""
        first, until = asked, self._clock() + self._wait()
        for _ in range(1 + REPAIRS):
            answer = self._call(asked, until)
            if answer is None or says_nothing(answer) or parse_answer(answer):
                return answer
            if not re.search(r"[{\[]", answer):
                self._note("refusal", "it answered without JSON")
                return ""
            asked = again(first, answer)
        self._note("garbage", "it gave no usable JSON three times")
        return ""

    def _wait(self) -> timedelta:
        patience = self._patience()
        return LONGEST_WAIT if patience is None else min(LONGEST_WAIT, patience)

    def _call(self, asked: Messages, until: datetime) -> str | None:
        left, cost = until - self._clock(), tokens(asked)
        if self._clock() < self._paused_until:
            return None
        if left < SHORTEST_WAIT:
            self._note("time", "there is no time to wait for it")
            return None
        if not self._budget.take("tokens", cost):
            self._note("budget", "today's tokens are spent")
            return None
        try:
            answer = self._endpoint.chat(self._model, asked, schema=SCHEMA, max_tokens=MOST_TOKENS, timeout=left.total_seconds())
        except EndpointError as error:
            self._pause(error)
            return None
        self._settle(answer.tokens - cost)
        return (answer.text or "")[:LONGEST_ANSWER]

    def _settle(self, more: int) -> None:
        """Spend what an answer cost above the guess, or the greater part of what is left today."""
        while more > 0 and not self._budget.take("tokens", more):
            more //= 2

    def _pause(self, error: EndpointError) -> None:
        wait = error.retry_after or (LONG_PAUSE if error.permanent else PAUSE)
        self._paused_until = self._clock() + wait
        self._note("endpoint", error.reason)

    def _note(self, cause: str, reason: str) -> None:
        """One line a cause and day."""
        key = f"noted:{cause}:{text.stable_id(reason)}:{self._clock().date()}"
        if self._memo.get(key) is None:
            self._memo.put(key, "1")
            _log.warning("%s: insights ship in the speakers' own words: %s", self._model, reason)

    def _worded(self, document: Document, draft: Draft, claims: Sequence[Claimed]) -> Draft:
        """The draft in the model's words if one of its claims is about this quote and holds; else as it is."""
        for claimed in claims:
            place = find(document.text, claimed.quote)
            if place and _overlap(place, draft.quotes[0]) >= OVERLAP:
                worded = _model_draft(document, draft, claimed, place, self._language)
                if isinstance(ground(document, worded), Insight):
                    return worded
        return draft


def _model_draft(document: Document, draft: Draft, claimed: Claimed, place: tuple[int, int], language: str) -> Draft:
    start, end = place
    quote = replace(draft.quotes[0], start=start, end=end, text=document.text[start:end])
    score = draft.score + WEIGHT * (claimed.score - draft.score)
    return replace(
        draft,
        claim=claimed.claim,
        headline=claimed.headline,
        quotes=(quote, *draft.quotes[1:]),
        score=score,
        writer=WRITER,
        language=language,
    )


def reordered(worded: Sequence[Draft]) -> list[Draft]:
    """By score, but no draft more than one place from where the scorer had it, nor with a score above the one before it."""
    order = list(worded)
    place = 0
    while place + 1 < len(order):
        if order[place + 1].score > order[place].score:
            order[place], order[place + 1] = order[place + 1], order[place]
            place += 1
        place += 1
    lowest = accumulate((draft.score for draft in order), min)
    return [replace(draft, score=score) for draft, score in zip(order, lowest, strict=True)]


_LOOSE = {"'": "['’‘`´]", '"': '["“”„«»]', "-": "[-–—‐‑]", "…": r"(?:…|\.\.\.)"}
_CANONICAL = str.maketrans("’‘`´“”„«»–—‐‑", '\'\'\'\'"""""----')


def find(whole: str, quote: str) -> tuple[int, int] | None:
    """Where a quote stands in a text, whatever its case, white space, quotation marks and dashes; None if it does not."""
    canonical = quote.translate(_CANONICAL).strip().strip("\"'").strip()
    exact = whole.find(canonical)
    if exact >= 0 and canonical:
        return exact, exact + len(canonical)
    pattern = r"\s+".join("".join(_LOOSE.get(c, re.escape(c)) for c in word) for word in canonical.split())
    match = re.search(pattern, whole, re.IGNORECASE) if pattern else None
    return match.span() if match else None


def _overlap(place: tuple[int, int], quote: Quote) -> float:
    """Share of the shorter of two spans that both have."""
    shared = min(place[1], quote.end) - max(place[0], quote.start)
    return max(0, shared) / max(1, min(place[1] - place[0], quote.end - quote.start))
