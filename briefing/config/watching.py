"""feeds.toml while the program runs: a good edit is a new Config, a bad one is told once and changes nothing."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from briefing.config.loader import content_of, digest_of, parse
from briefing.config.tables import Config
from briefing.errors import ConfigError

SETTLED_SECONDS = 2.0
"""An editor may empty the file first and fill it after; what is younger than this may be half of what is meant."""
Stat = tuple[int, int, int]
GONE: Stat = (0, 0, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """One change of the file. With `error` the Config before stays in force; `later` are keys that wait for the next start."""

    config: Config
    digest: str
    error: ConfigError | None = None
    later: tuple[str, ...] = ()


class Watch:
    """Looks at the file of a Config; `config` is the one in force."""

    def __init__(self, config: Config, environ: Mapping[str, str], *, clock: Callable[[], float] = time.time) -> None:
        self.config = config
        self._environ, self._clock = environ, clock
        self._stat: Stat | None = None
        self._digest = config.digest

    def look(self) -> Edit | None:
        """What has changed since the last look; None if nothing, or nothing that has come to rest."""
        stat = self._stated()
        if stat == self._stat or not self._is_settled(stat):
            return None
        self._stat = stat
        try:
            content = content_of(self.config.path)
        except ConfigError as error:
            return self._told("", error)
        digest = digest_of(content)
        return None if digest == self._digest else self._taken(content, digest)

    def _stated(self) -> Stat:
        try:
            found = self.config.path.stat()
        except OSError:
            return GONE
        return found.st_mtime_ns, found.st_size, found.st_ino

    def _is_settled(self, stat: Stat) -> bool:
        """A time that lies ahead says nothing: the clock may have been set back."""
        age = self._clock() - stat[0] / 1e9
        return not 0 <= age < SETTLED_SECONDS

    def _taken(self, content: bytes, digest: str) -> Edit | None:
        try:
            new = parse(content, path=self.config.path, environ=self._environ)
        except ConfigError as error:
            return self._told(digest, error)
        self._digest = digest
        self.config, later = _without_what_waits(self.config, new)
        return Edit(config=self.config, digest=digest, later=later)

    def _told(self, digest: str, error: ConfigError) -> Edit | None:
        again, self._digest = digest == self._digest, digest
        return None if again else Edit(config=self.config, digest=digest, error=error)


def _without_what_waits(old: Config, new: Config) -> tuple[Config, tuple[str, ...]]:
    """The new Config with the keys of the old one that nothing can change while it runs, and the names of those that differ."""
    kept = replace(new, store=old.store, jobs=old.jobs, web=replace(new.web, listen=old.web.listen))
    pairs = (
        ("[store] url", old.store, new.store),
        ("[jobs] engine", old.jobs, new.jobs),
        ("[web] listen", old.web.listen, new.web.listen),
    )
    return kept, tuple(name for name, before, after in pairs if before != after)
