"""feeds.toml and the environment -> one frozen Config; every problem at once, each with its line."""

from briefing.config.addresses import Listen
from briefing.config.environment import Secrets
from briefing.config.loader import load, parse
from briefing.config.tables import (
    Admin,
    Briefing,
    Config,
    Embeddings,
    Jobs,
    Llm,
    Mail,
    MailboxConfig,
    Poll,
    Speech,
    Store,
    Web,
)

__all__ = [
    "Admin",
    "Briefing",
    "Config",
    "Embeddings",
    "Jobs",
    "Listen",
    "Llm",
    "Mail",
    "MailboxConfig",
    "Poll",
    "Secrets",
    "Speech",
    "Store",
    "Web",
    "load",
    "parse",
]
