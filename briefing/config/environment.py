"""Secrets: from `BRIEFING_*` variables, or from the files that `BRIEFING_*_FILE` names. They are never printed."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from briefing.config.addresses import store_url
from briefing.config.keys import BadValueError
from briefing.errors import Problem


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Secrets:
    """What no file of the project may hold; empty where it is not set. `mailboxes` is keyed by variable name, `channels` too."""

    smtp_password: str = ""
    llm_key: str = ""
    speech_key: str = ""
    embeddings_key: str = ""
    secret: str = ""
    previous_secret: str = ""
    admin_password_hash: str = ""
    store_url: str = ""
    mailboxes: Mapping[str, str] = field(default_factory=dict)
    channels: Mapping[str, str] = field(default_factory=dict)

    @property
    def earlier(self) -> tuple[str, ...]:
        """Secrets before the current one, the newest first; a single one may have blanks in it."""
        return tuple(dict.fromkeys(filter(None, (self.previous_secret, *self.previous_secret.split()))))


VARIABLES = {
    "smtp_password": "BRIEFING_SMTP_PASSWORD",
    "llm_key": "BRIEFING_LLM_KEY",
    "speech_key": "BRIEFING_SPEECH_KEY",
    "embeddings_key": "BRIEFING_EMBEDDINGS_KEY",
    "secret": "BRIEFING_SECRET",
    "previous_secret": "BRIEFING_SECRET_PREVIOUS",
    "admin_password_hash": "BRIEFING_ADMIN_PASSWORD_HASH",
    "store_url": "BRIEFING_STORE_URL",
}
MEANINGS = {
    "BRIEFING_SMTP_PASSWORD": "password of `[mail] username`",
    "BRIEFING_LLM_KEY": "key of the `[llm]` server",
    "BRIEFING_SPEECH_KEY": "key of the `[speech]` server",
    "BRIEFING_EMBEDDINGS_KEY": "key of the `[embeddings]` server",
    "BRIEFING_MAILBOX_PASSWORD": "password of the mailboxes that name no `password_env`",
    "BRIEFING_SECRET": "signs links; absent, one is made at first start and kept in the store",
    "BRIEFING_SECRET_PREVIOUS": (
        "secrets before a change, the newest first, blanks between: links signed with them stay valid, erased addresses erased"
    ),
    "BRIEFING_ADMIN_PASSWORD_HASH": "password hash for the admin pages, as `briefing admin hash` prints it",
    "BRIEFING_STORE_URL": "database URL with a password; wins over `[store] url`",
}

HASH = re.compile(r"scrypt(\$\d+){3}(\$[A-Za-z0-9+/]+=*){2}")
NO_HASH = "it is no hash of a password: `briefing admin hash` makes one; a shell wants it between single quotes, for its $"


def read(
    environ: Mapping[str, str], mailboxes: tuple[str, ...], problems: list[Problem], channels: tuple[str, ...] = ()
) -> Secrets:
    """The secrets; `mailboxes` are the variables that mailboxes name. What cannot be read is added to `problems`."""
    values = {name: _value(variable, environ, problems) for name, variable in VARIABLES.items()}
    if values["admin_password_hash"] and not HASH.fullmatch(values["admin_password_hash"]):
        problems.append(Problem(line=0, place=VARIABLES["admin_password_hash"], message=NO_HASH))
    values["store_url"] = _store_url(values["store_url"], problems)
    passwords = {variable: _value(variable, environ, problems) for variable in dict.fromkeys(mailboxes)}
    urls = {variable: _value(variable, environ, problems) for variable in dict.fromkeys(channels)}
    return Secrets(**values, mailboxes=passwords, channels=urls)


def _store_url(url: str, problems: list[Problem]) -> str:
    """What is wrong is told without the URL: it may hold a password."""
    try:
        return store_url(url) if url else ""
    except BadValueError as error:
        problems.append(Problem(line=0, place=VARIABLES["store_url"], message=f"expected {error}"))
        return ""


def _value(variable: str, environ: Mapping[str, str], problems: list[Problem]) -> str:
    file = environ.get(f"{variable}_FILE", "")
    if not file:
        return environ.get(variable, "")
    if environ.get(variable):
        problems.append(Problem(line=0, place=f"{variable}_FILE", message=f"{variable} is set too: keep one of the two"))
    try:
        return Path(file).read_text("utf-8").strip()
    except (OSError, ValueError):
        problems.append(Problem(line=0, place=f"{variable}_FILE", message=f'the file "{file}" cannot be read'))
        return ""
