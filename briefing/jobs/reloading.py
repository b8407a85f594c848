"""Takes up edits of feeds.toml between two jobs; one that cannot be used leaves everything as it was."""

import logging
from collections.abc import Callable
from datetime import datetime

from briefing.config import Config
from briefing.config.watching import Edit, Watch
from briefing.errors import BriefingError, ConfigError, Problem
from briefing.pipeline import edits
from briefing.pipeline.services import Services

Refit = Callable[[Services, Config], Services]
"""Makes the services of an edited configuration out of those before. Raises `BriefingError` if it cannot."""
log = logging.getLogger(__name__)


class Reloading:
    """`look` may be called beside a running job, `taken` between two."""

    def __init__(self, watch: Watch, refit: Refit) -> None:
        self._watch, self._refit = watch, refit
        self._waiting: Edit | None = None

    def look(self, services: Services, now: datetime) -> None:
        """Tell what is wrong with a bad edit at once; a good one waits to be taken."""
        edit = self._watch.look()
        if edit and edit.error:
            self._tell(services, edit, now)
        elif edit:
            self._waiting = edit

    def taken(self, services: Services, now: datetime) -> Services:
        """The services of the edit that waits; the same ones if none does, or if it cannot be used."""
        edit, self._waiting = self._waiting, None
        if edit is None:
            return services
        try:
            new = self._refit(services, edit.config)
        except BriefingError as error:
            self._watch.config = services.config
            self._tell(services, _unusable(edit, error), now)
            return services
        log.info("%s: %s", edit.config.path, edits.note(new, edit, now).words)
        return new

    def _tell(self, services: Services, edit: Edit, now: datetime) -> None:
        log.error("%s: %s", services.config.path, edits.note(services, edit, now).words)


def _unusable(edit: Edit, error: BriefingError) -> Edit:
    problem = Problem(line=0, place=error.subject, message=error.words)
    return Edit(config=edit.config, digest=edit.digest, error=ConfigError(str(edit.config.path), (problem,)))
