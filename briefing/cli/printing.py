"""What commands print: tables for people, JSON Lines for programs, bars while work goes on."""

import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

import click
from rich.box import SIMPLE_HEAD
from rich.cells import cell_len
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn
from rich.table import Table
from rich.text import Text

from briefing.text import one_line

T = TypeVar("T")
Rows = Sequence[Mapping[str, object]]
READABLE = 20
"""Columns that a long cell needs at the least; a shorter one is never broken."""
GAP = 3
"""Columns between two cells, and what the frame takes."""
output_option = click.option(
    "--output", type=click.Path(path_type=Path, dir_okay=False), help="File to write; the terminal if not given."
)


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
        lay_out(rows, columns)
    else:
        click.echo(empty)


def lay_out(rows: Rows, columns: Sequence[str]) -> None:
    """Print rows side by side in columns; one below the other where the terminal is too narrow to read them so.

    Outside a terminal each row is one line, however long. A column without any value is left out.
    """
    out = console()
    cells = [{name: cell(row.get(name)) for name in columns} for row in rows]
    named = [name for name in columns if any(row[name] for row in cells)]
    widths = [max(cell_len(name), *(cell_len(row[name]) for row in cells)) for name in named]
    if not out.is_terminal and "COLUMNS" not in os.environ:
        out.width = max(out.width, sum(widths) + GAP * len(widths))
    if sum(min(width, READABLE) + GAP for width in widths) > out.width:
        _stack(out, cells, named)
    else:
        out.print(_table(cells, dict(zip(named, widths, strict=True))))


def _table(cells: Sequence[Mapping[str, str]], widths: Mapping[str, int]) -> Table:
    made = Table(box=SIMPLE_HEAD, pad_edge=False, header_style="bold")
    for name, width in widths.items():
        made.add_column(_title(name), overflow="fold", min_width=min(width, READABLE))
    for row in cells:
        made.add_row(*(Text(row[name]) for name in widths))
    return made


def _stack(out: Console, cells: Sequence[Mapping[str, str]], names: Sequence[str]) -> None:
    """Each row as a block of lines, a value a line."""
    margin = max(map(cell_len, names)) + 2
    for row in cells:
        for name in names:
            if row[name]:
                out.print(Text(f"{_title(name):{margin}}{row[name]}"), soft_wrap=True)
        out.print()


def _title(name: str) -> str:
    return name.replace("_", " ")


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


def put(words: str, output: Path | None) -> None:
    """Into a file, or on the terminal."""
    if output:
        output.write_bytes(words.encode())
    else:
        click.echo(words, nl=False)


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
