"""What forms send, as text that `pipeline.wishes` reads."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from starlette.datastructures import FormData

from briefing.editions.links import Links

HONEYPOT, STARTED = "website", "started"
QUICKEST = timedelta(seconds=2)
"""Nobody fills in the form faster than this."""
TOO_QUICK = "The form came back too soon, or after more than a day. Please look it over and send it once more."
SAME = {"send_at": "at"}
"""Fields of the forms that are called differently on the command line."""
LABELS = {
    "email": "Address",
    "topics": "Topics",
    "zone": "Time zone",
    "at": "Hour",
    "days": "Days",
    "languages": "Languages",
    "top": "Insights",
    "related": "Related insights",
}


def text(form: FormData, name: str) -> str:
    """A field as one text without spaces around it; of several of one name (checkboxes) the values one after another."""
    return ",".join(value for value in form.getlist(name) if isinstance(value, str)).strip(" ")


def asked(form: FormData, names: tuple[str, ...]) -> dict[str, str]:
    """The fields called `names`, by the names that wishes have."""
    return {SAME.get(name, name): text(form, name) for name in names}


def started(links: Links, now: datetime) -> str:
    """When a form was shown, signed."""
    return links.token("form", "signup", now)


def too_quick(form: FormData, links: Links, now: datetime) -> bool:
    """Whether a form comes back sooner than anybody types, a day late, or without saying when it was shown."""
    token = links.verify(text(form, STARTED), "form", now)
    return token is None or now - token.issued < QUICKEST


def trouble(subject: str, reason: str) -> str:
    label = LABELS.get(subject)
    return f"{label}: {reason}." if label else f"{reason[:1].upper()}{reason[1:]}."


def typed(form: FormData) -> Mapping[str, str]:
    """What the visitor has typed, to be shown again."""
    return {name: text(form, name) for name in form}
