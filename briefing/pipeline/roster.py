"""Subscribers as a table: CSV in and out."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from briefing.errors import BriefingError, UnreadableError
from briefing.model import Status, Subscriber
from briefing.pipeline import people
from briefing.pipeline.services import Services
from briefing.pipeline.wishes import FIELDS, as_asked, wishes
from briefing.sources.encodings import decode

COLUMNS = ("email", "status", *FIELDS[1:])
DELIMITERS = ",;\t"
MAILED = {"", Status.ACTIVE.value, Status.PENDING.value, "subscribed", "confirmed"}
"""What a `status` column may say of somebody who is to be mailed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    line: int
    email: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    added: tuple[Subscriber, ...]
    skipped: tuple[Skipped, ...]
    ignored: tuple[str, ...]
    """Columns that mean nothing here."""


def parse(body: bytes, name: str) -> tuple[list[tuple[int, dict[str, str]]], tuple[str, ...]]:
    """Rows with their line, and the columns nobody knows. Raises `UnreadableError` without an `email` column."""
    text = decode(body, "")[0].lstrip("\ufeff").replace("\x00", "")
    table = csv.reader(io.StringIO(text), delimiter=_delimiter(text))
    try:
        header = [column.strip().lower() for column in next(table, [])]
        rows = [(table.line_num, dict(zip(header, row, strict=False))) for row in table if any(row)]
    except csv.Error as error:
        raise UnreadableError(name, f"is no table: line {table.line_num}: {str(error).partition(' - ')[0]}") from None
    if "email" not in header:
        raise UnreadableError(name, 'has no column "email" in its first line', remedy=f"name the columns {','.join(FIELDS)}")
    return rows, tuple(column for column in header if column and column not in COLUMNS)


def bring_in(services: Services, body: bytes, name: str, now: datetime, *, active: bool) -> Imported:
    """Add everybody in a table; who cannot be added is skipped with the reason. Raises `UnreadableError`."""
    rows, ignored = parse(body, name)
    added, skipped = list[Subscriber](), list[Skipped]()
    for line, row in rows:
        email = row.get("email", "").strip()
        try:
            added.append(_add(services, row, now, active=active))
        except BriefingError as error:
            skipped.append(Skipped(line=line, email=email, reason=_reason(error, email)))
    return Imported(added=tuple(added), skipped=tuple(skipped), ignored=ignored)


def dump(subscribers: list[Subscriber]) -> Iterator[str]:
    """Lines of a table that `bring_in` reads back."""
    line = io.StringIO()
    writer = csv.DictWriter(line, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for each in subscribers:
        writer.writerow(as_asked(each) | {"status": each.status.value})
    yield from line.getvalue().splitlines()


def _add(services: Services, row: dict[str, str], now: datetime, *, active: bool) -> Subscriber:
    status = row.get("status", "").strip().lower()
    if status not in MAILED:
        raise UnreadableError("status", f"{status}: not to be mailed")
    return people.add(services, wishes(row, services.config), now, active=active)


def _reason(error: BriefingError, email: str) -> str:
    return error.reason if error.subject in (email, "the address") else f"{error.subject}: {error.reason}"


def _delimiter(text: str) -> str:
    header = text.partition("\n")[0]
    return max(DELIMITERS, key=header.count)
