"""Column types: aware UTC times, enumerations, dataclasses as JSON, spans of time as seconds, vectors and weights as float16."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, Generic, TypeVar

import msgspec
import numpy as np
import numpy.typing as npt
from sqlalchemy import DateTime, Float, LargeBinary, String, Text
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

from briefing.ports import Vectors

T = TypeVar("T")


class Moment(TypeDecorator[datetime]):
    """An aware time, kept in UTC; SQLite has no zones, so there it is kept without one."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], object] | None:
        return _without_zone if dialect.name == "sqlite" else super().bind_processor(dialect)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _without_zone(value: datetime | None) -> str | None:
    """The text that SQLAlchemy makes for SQLite, in a quarter of the time: some of it is made for every mail."""
    return None if value is None else value.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")


class Span(TypeDecorator[timedelta]):
    """A length of time, kept as seconds."""

    impl = Float
    cache_ok = True

    def process_bind_param(self, value: timedelta | None, dialect: Dialect) -> float | None:
        return None if value is None else value.total_seconds()

    def process_result_value(self, value: float | None, dialect: Dialect) -> timedelta | None:
        return None if value is None else timedelta(seconds=value)


class Label(TypeDecorator[StrEnum]):
    """A member of one enumeration, kept as its value."""

    impl = String(14)
    cache_ok = True

    def __init__(self, type_: type[StrEnum]) -> None:
        super().__init__()
        self.type_ = type_

    def process_bind_param(self, value: StrEnum | None, dialect: Dialect) -> str | None:
        return None if value is None else value.value

    def process_result_value(self, value: str | None, dialect: Dialect) -> StrEnum | None:
        return None if value is None else self.type_(value)


class Packed(TypeDecorator[T], Generic[T]):
    """A value of one declared type, kept as JSON text; what a newer program added is filled with its default."""

    impl = Text
    cache_ok = True

    def __init__(self, type_: Any) -> None:
        super().__init__()
        self.type_ = type_
        self._decoder: msgspec.json.Decoder[T] = msgspec.json.Decoder(type_)

    def process_bind_param(self, value: T | None, dialect: Dialect) -> str | None:
        return None if value is None else pack(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> T | None:
        return None if value is None else self._decoder.decode(value)


class Row(TypeDecorator[Vectors]):
    """One vector, kept as float16: half the room, and ranks hardly move."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: Vectors | None, dialect: Dialect) -> bytes | None:
        return None if value is None else np.asarray(value, dtype=np.float16).tobytes()

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> Vectors | None:
        return None if value is None else np.frombuffer(value, dtype=np.float16).astype(np.float32)


def unpack_rows(packed: bytes | bytearray, count: int) -> Vectors:
    """float32 [count, d]: the vectors of so many `Row` columns, one after the other."""
    return np.frombuffer(packed, np.float16).astype(np.float32).reshape(count, -1) if count else np.zeros((0, 1), np.float32)


class Hashes(TypeDecorator[frozenset[int]]):
    """A set of 64-bit hashes, kept as sorted little-endian words."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: frozenset[int] | None, dialect: Dialect) -> bytes | None:
        return None if value is None else np.array(sorted(value), dtype="<u8").tobytes()

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> frozenset[int] | None:
        return None if value is None else frozenset(np.frombuffer(value, dtype="<u8").tolist())


class Weights(TypeDecorator[Mapping[int, float]]):
    """Weights by 32-bit hash: all hashes as little-endian words, then all weights as float16."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: Mapping[int, float] | None, dialect: Dialect) -> bytes | None:
        if value is None:
            return None
        return np.array(list(value), dtype="<u4").tobytes() + np.array(list(value.values()), dtype="<f2").tobytes()

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> Mapping[int, float] | None:
        if value is None:
            return None
        hashes, weights = unpack_weights(value)
        return dict(zip(hashes.tolist(), weights.tolist(), strict=True))


def unpack_weights(packed: bytes) -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.float16]]:
    """The hashes and the weights of a `Weights` column, as arrays over its bytes."""
    count = len(packed) // 6
    return np.frombuffer(packed, "<u4", count), np.frombuffer(packed, "<f2", count, 4 * count)


def pack(value: object) -> str:
    """JSON text of any noun. PostgreSQL takes no NUL and no lone surrogate, so neither is kept."""
    text = msgspec.json.encode(msgspec.to_builtins(value)).decode("utf-8")
    return text.replace("\\u0000", "")


def unpack(text: str, type_: type[T]) -> T:
    return msgspec.json.decode(text, type=type_)
