"""What was made once and is asked for again."""

from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

T = TypeVar("T")


class Memo(Generic[T]):
    """At most so many results by key; the oldest goes first. May be used by several threads."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._made: dict[Hashable, T] = {}
        self._lock = Lock()

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        if (known := self._made.get(key)) is not None:
            return known
        made = make()
        with self._lock:
            if len(self._made) >= self._most:
                self._made.pop(next(iter(self._made)))
            self._made[key] = made
        return made
