"""One tree of errors. Each names its subject, says what is wrong, and whether trying again can help."""

from dataclasses import dataclass
from datetime import timedelta


class BriefingError(Exception):
    """Base of all errors that a person is meant to read.

    `subject` is what it is about (a feed URL, a file, an address), `permanent` tells that trying again cannot help,
    `remedy` is what the reader of the message can do.
    """

    permanent = True
    exit_code = 1

    def __init__(self, subject: str, reason: str, *, remedy: str = "", permanent: bool | None = None) -> None:
        self.subject = subject
        self.reason = reason
        self.remedy = remedy
        if permanent is not None:
            self.permanent = permanent
        super().__init__(f"{subject}: {reason}" + (f" ({remedy})" if remedy else ""))

    @property
    def words(self) -> str:
        """The reason and what can be done, for where the subject is named already."""
        return self.reason + (f"; {self.remedy}" if self.remedy else "")


class UsageError(BriefingError):
    """The command line asks for something that cannot be."""

    exit_code = 2


NOT_INSTALLED = "needs packages that are not installed"


def installing(extra: str) -> str:
    """What to do where an optional part of the program is missing."""
    return f"pip install 'briefing[{extra}]'"


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing wrong with feeds.toml; `line` counts from 1, 0 where no line can be named."""

    line: int
    place: str
    message: str


class ConfigError(BriefingError):
    """Everything that is wrong with a configuration, in one go."""

    exit_code = 2

    def __init__(self, path: str, problems: tuple[Problem, ...]) -> None:
        self.path = path
        self.problems = problems
        super().__init__(path, "\n".join(f"line {p.line}: {p.place}: {p.message}" for p in problems))


class FetchError(BriefingError):
    """A URL could not be fetched; `retry_after` is what the server asked for."""

    permanent = False

    def __init__(
        self,
        subject: str,
        reason: str,
        *,
        status: int = 0,
        permanent: bool = False,
        retry_after: timedelta | None = None,
    ) -> None:
        self.status = status
        self.retry_after = retry_after
        super().__init__(subject, reason, permanent=permanent)


class RefusedAddressError(FetchError):
    """The guard does not let this URL be fetched."""


class UnreadableError(BriefingError):
    """Bytes that should be a feed, transcript, page, mail or list and cannot be read as one."""


class DeliveryError(BriefingError):
    """A mail was not taken.

    `ours` tells that the refusal is about this installation (login, policy, certificate), not about the recipient;
    `uncertain` that the server may have taken it all the same; `hard` that the address takes no mail, now or later;
    `code` is the SMTP reply, 0 where there was none.
    """

    permanent = False

    def __init__(
        self,
        subject: str,
        reason: str,
        *,
        code: int = 0,
        permanent: bool = False,
        ours: bool = False,
        uncertain: bool = False,
        hard: bool = False,
    ) -> None:
        self.code = code
        self.hard = hard
        self.ours = ours
        self.uncertain = uncertain
        super().__init__(subject, reason, permanent=permanent)


class StoreError(BriefingError):
    """The database cannot be opened, read or written."""


class EndpointError(BriefingError):
    """A model server gave no usable answer; `retry_after` is what it asked for."""

    permanent = False

    def __init__(self, subject: str, reason: str, *, permanent: bool = False, retry_after: timedelta | None = None) -> None:
        self.retry_after = retry_after
        super().__init__(subject, reason, permanent=permanent)
