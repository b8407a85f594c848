"""Numbers with their units, months and days that a text states, whatever language they are written in."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from itertools import chain

from briefing.insights import lexicon

_CHINESE = "零一二两三四五六七八九十百千万亿半"
_DIGITS = r"\d{1,3}(?:[,.'’\u00a0\u202f]\d{3})+(?:[.,]\d+)?|\d+(?:[.,]\d+)?"
_TOKEN = re.compile(
    rf"(?P<digits>{_DIGITS})|(?P<chinese>(?:(?!百分之)[{_CHINESE}])+)|(?P<word>[^\W\d_{_CHINESE}]+)|(?P<mark>[^\w\s-])"
)
_GROUPED = re.compile(r"\d{1,3}(?:([,.'’\u00a0\u202f])\d{3})(?:\1\d{3})*$")
_GERMAN = re.compile(
    r"(ein|zwei|drei|vier|fünf|sechs|sieben|acht|neun)und(zwanzig|dreißig|vierzig|fünfzig|sechzig|siebzig|achtzig|neunzig)$"
)
_BEFORE = {"$": "dollar", "€": "euro", "£": "pound", "¥": "yen"}
_AMBIGUOUS_MONTHS = frozenset({"may", "march", "mar", "mai", "mars", "dec", "sep", "jan"})


@dataclass(frozen=True, slots=True)
class Measured:
    """A number as it stands in a text, from `start` to `value_end`, with its unit to `end`; "1.500" may mean 1500 or 1.5.

    `bound` is "above" for "more than 5", "below" for "less than 5".
    """

    start: int
    end: int
    values: frozenset[float]
    unit: str = ""
    value_end: int = 0
    bound: str = ""

    def agrees(self, other: "Measured") -> bool:
        """The same number, no other unit, and not bounded from the other side."""
        same_unit = not self.unit or not other.unit or self.unit == other.unit
        return bool(self.values & other.values) and same_unit and {self.bound, other.bound} != {"above", "below"}


def measured(passage: str) -> list[Measured]:
    """All numbers of a text in order, in digits or words; "one" and "a" count only before a scale such as "million"."""
    tokens = [match for match in _TOKEN.finditer(passage) if match.lastgroup != "mark"]
    found: list[Measured] = []
    index = 0
    while index < len(tokens):
        taken, values = _number(tokens, index, passage)
        if taken:
            start, end = tokens[index].start(), tokens[index + taken - 1].end()
            found.append(_bounded(passage, _with_unit(passage, start, end, values)))
        index += max(1, taken)
    return found


def _number(tokens: list[re.Match[str]], index: int, passage: str) -> tuple[int, frozenset[float]]:
    """How many tokens from `index` make up one number, and what it may mean."""
    first = tokens[index]
    multiple = lexicon.merged("multiples").get(first.group().lower())
    if multiple:
        return 1, frozenset({multiple})
    if first.lastgroup == "digits":
        taken, values = 1, _readings(first.group())
    elif first.lastgroup == "chinese":
        return 1, _chinese(first.group(), passage, first)
    else:
        return _spelled(tokens, index, passage)
    while scale := _scale(tokens, index + taken, passage):
        values = frozenset(round(value * scale, 6) for value in values)
        taken += 1
    return taken, values


def _readings(digits: str) -> frozenset[float]:
    """What digits may mean, given that comma and full stop change places between languages."""
    plain = re.sub(r"['’\u00a0\u202f]", "", digits)
    readings = {float(re.sub(r"[.,]", "", plain))} if _GROUPED.match(digits) else set()
    marks = re.findall(r"[.,]", plain)
    if len(marks) <= 1:
        readings.add(float(plain.replace(",", ".")))
    elif marks[-1] != marks[0]:
        whole, _, part = plain.rpartition(marks[-1])
        readings.add(float(f"{re.sub('[.,]', '', whole)}.{part}"))
    return frozenset(readings)


def _scale(tokens: list[re.Match[str]], index: int, passage: str) -> float:
    """The factor that the token at `index` is for the number right before it; 0 if it is none."""
    if index >= len(tokens):
        return 0.0
    token, gap = tokens[index], passage[tokens[index - 1].end() : tokens[index].start()]
    if gap.strip(" -\u00a0"):
        return 0.0
    return lexicon.merged("scales").get(token.group().lower(), 0.0)


def _spelled(tokens: list[re.Match[str]], index: int, passage: str) -> tuple[int, frozenset[float]]:
    """A number in words, such as "three hundred and forty-eight thousand"."""
    numbers, scales, ones = lexicon.merged("numbers"), lexicon.merged("scales"), lexicon.merged("ones")
    total, current, taken = 0.0, 0.0, 0
    for place in range(index, len(tokens)):
        word = tokens[place].group().lower()
        if taken and passage[tokens[place - 1].end() : tokens[place].start()].strip(" -"):
            break
        value = numbers.get(word, _german(word))
        if value is not None and not (taken and value >= current % 100 > 0):
            current += value
        elif word in ones and _scale(tokens, place + 1, passage):
            current += 1
        elif word in scales and taken:
            current, total = _scaled(current, total, scales[word])
        elif not (word == "and" and taken and _continues(tokens, place + 1)):
            break
        taken += 1
    return (taken, _equals(total + current)) if taken else (0, frozenset())


def _scaled(current: float, total: float, scale: float) -> tuple[float, float]:
    return (current * scale, total) if scale == 100 else (0.0, total + current * scale)


def _continues(tokens: list[re.Match[str]], index: int) -> bool:
    previous = tokens[index - 2].group().lower()
    return (
        index < len(tokens)
        and previous in {"hundred", "thousand"}
        and tokens[index].group().lower() in lexicon.load("en").table("numbers")
    )


def _german(word: str) -> float | None:
    match = _GERMAN.match(word)
    table = lexicon.load("de").table("numbers")
    return table.get(match[1], 1) + table[match[2]] if match else None


def _equals(value: float) -> frozenset[float]:
    """A half is also fifty (percent)."""
    return frozenset({value, 50.0}) if value == 0.5 else frozenset({value})


def _chinese(run: str, passage: str, match: re.Match[str]) -> frozenset[float]:
    """A Chinese numeral; 万 and 亿 scale the digits before them. A lone 一 or 百 is a word rather than a number."""
    table = lexicon.load("zh")
    total, section, digit = 0.0, 0.0, 0.0
    before = re.search(r"(\d+(?:\.\d+)?)$", passage[: match.start()])
    if before:
        digit = float(before[1])
    for character in run:
        value = table.table("numbers").get(character, table.table("ones").get(character))
        if character == "十":
            section, digit = section + (digit or 1) * 10, 0
        elif value is not None:
            digit = digit * 10 + value if digit and value < 10 and section == 0 else value
        else:
            scale = table.table("scales")[character]
            raised = (section + (digit or 1)) * scale if scale >= 1e4 else (digit or 1) * scale
            total, section = (total + raised, 0.0) if scale >= 1e4 else (total, section + raised)
            digit = 0
    return frozenset({round(total + section + digit, 6)})


@cache
def _unit_forms() -> tuple[re.Pattern[str], Mapping[str, str]]:
    forms = {form.lower(): unit for unit, names in lexicon.units().items() for form in names}
    return lexicon.alternatives(forms), forms


def _with_unit(passage: str, start: int, end: int, values: frozenset[float]) -> Measured:
    pattern, forms = _unit_forms()
    if passage[start:end].lower() in lexicon.merged("multiples"):
        return Measured(start, end, values, "times", end)
    gap = len(passage[end : end + 2]) - len(passage[end : end + 2].lstrip(" \u00a0\n-"))
    after = pattern.match(passage, end + gap)
    if after:
        return Measured(start, after.end(), values, forms[re.sub(r"\s+", " ", after.group().lower())], end)
    before = passage[:start].rstrip()
    if before.endswith("百分之"):
        return Measured(start, end, values, "percent", end)
    return Measured(start, end, values, _BEFORE.get(before[-1:], ""), end)


def _bounded(passage: str, number: Measured) -> Measured:
    """The number with the side from which "more than" or "less than" before it bounds it."""
    before = passage[max(0, number.start - 20) : number.start].rstrip(" $€£¥")
    for side in ("above", "below"):
        if any(match.end() == len(before) for match in lexicon.everywhere(side).finditer(before)):
            return replace(number, bound=side)
    return number


def units(passage: str) -> frozenset[str]:
    """The units that are named anywhere in a text."""
    pattern, forms = _unit_forms()
    return frozenset(forms[re.sub(r"\s+", " ", match.group().lower())] for match in pattern.finditer(passage))


def calendar(passage: str) -> frozenset[str]:
    """Months, weekdays and relative days and years that a text names, as "month 6", "weekday 0", "day -1"."""
    return frozenset(
        chain(
            _months(passage),
            *(_named(passage, name) for name in ("weekdays", "relative_days", "relative_years", "relative_months")),
        )
    )


def _months(passage: str) -> Iterator[str]:
    table = lexicon.merged("months")
    for match in re.finditer(r"[^\W\d_]+", passage):
        word = match.group().lower()
        if word in table and (word not in _AMBIGUOUS_MONTHS or _beside_digits(passage, match)):
            yield f"month {int(table[word])}"
    yield from (f"month {int(m[1])}" for m in re.finditer(r"\b\d{4}[-/.](\d{1,2})(?:[-/.]\d{1,2})?\b", passage))
    yield from (f"month {int(m[1])}" for m in re.finditer(r"(\d{1,2})\s*月", passage))


def _beside_digits(passage: str, match: re.Match[str]) -> bool:
    near = passage[max(0, match.start() - 5) : match.start()] + passage[match.end() : match.end() + 5]
    return match.group()[0].isupper() and any(c.isdigit() for c in near)


def _named(passage: str, name: str) -> Iterator[str]:
    table = {phrase: value for code in lexicon.LANGUAGES for phrase, value in lexicon.load(code).table(name).items()}
    for match in _names_pattern(name).finditer(passage):
        yield f"{name} {int(table[re.sub(chr(92) + 's+', ' ', match.group().lower())])}"


@cache
def _names_pattern(name: str) -> re.Pattern[str]:
    return lexicon.alternatives(phrase for code in lexicon.LANGUAGES for phrase in lexicon.load(code).table(name))
