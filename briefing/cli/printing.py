"""What commands print: tables for people, JSON Lines for programs, bars while work goes on."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from types import TracebackType
from typing import Self, TypeVar

import click
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn
from rich.table import Table
from rich.text import Text

from briefing.text import one_line

T = TypeVar("T")
Rows = Sequence[Mapping[str, object]]


def console() -> Console:
    """Where results go. Made anew each time: tests and pipes change what stdout is."""
    return Console(highlight=False)


def json_line(row: Mapping[str, object]) -> None:
    click.echo(json.dumps(row, ensure_ascii=False, default=_plain))


def show(rows: Rows, columns: Sequence[str], *, as_json: bool, empty: str) -> None:
    """Each row as a line of JSON, or a table of the named columns; `empty` is said to a person when there is no row."""
    if as_json:
        for row in rows:
            json_line(row)
    elif rows:
        console().print(table(rows, columns))
    else:
        click.echo(empty)


def table(rows: Rows, columns: Sequence[str]) -> Table:
    made = Table(box=SIMPLE_HEAD, pad_edge=False, header_style="bold")
    for name in columns:
        made.add_column(name.replace("_", " "), overflow="fold")
    for row in rows:
        made.add_row(*(Text(cell(row.get(name))) for name in columns))
    return made


def cell(value: object) -> str:
    """One value in words; nothing for what is absent."""
    if value is None or value == "":
        return ""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M} UTC"
    if isinstance(value, list | tuple):
        return ", ".join(map(cell, value))
    if isinstance(value, Mapping):
        return ", ".join(key if weight == 1 else f"{key}:{weight:g}" for key, weight in value.items())
    return one_line(str(value), 400)


def clock(seconds: float | None) -> str:
    """A place in an audio file: 12:05, or 1:02:05."""
    if seconds is None:
        return ""
    minutes, second = divmod(int(seconds), 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02}:{second:02}" if hours else f"{minute}:{second:02}"


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    return value.value if isinstance(value, Enum) else str(value)


@dataclass(slots=True)
class Bars:
    """Progress bars on stderr, from `with` to its end; nothing where stderr is no terminal. A `pipeline.services.Progress`."""

    _progress: Progress = field(
        default_factory=lambda: Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            console=Console(stderr=True),
            transient=True,
        )
    )

    def __call__(self, items: Iterable[T], what: str, total: int) -> Iterator[T]:
        """Pass items through, showing how far the work has come; the display stands only while something is under way."""
        task = self._progress.add_task(what, total=total)
        if self._progress.console.is_terminal:
            self._progress.start()
        try:
            for item in items:
                yield item
                self._progress.advance(task)
        finally:
            self._progress.remove_task(task)
            if not self._progress.tasks:
                self._end()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._end()

    def _end(self) -> None:
        if self._progress.live.is_started:
            self._progress.stop()
