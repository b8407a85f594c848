"""Notice -> the words of a letter: subject, text and HTML, from `templates/notices/`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from markdown import Markdown
from markupsafe import Markup

from briefing.editions.frame import Frame
from briefing.editions.links import Links
from briefing.editions.safe import clean
from briefing.editions.templates import Words, fill
from briefing.model import Notice

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FALLBACK = "alert"
KINDS = ("confirm", "welcome", "alert", "login", "correction")
SUBJECT = "Subject: "


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    subject: str
    text: str
    html: str


class Letters:
    """Fills the notice templates. A kind without templates of its own is written as an alert."""

    def __init__(self, words: Words, frame: Frame) -> None:
        self._words, self._frame = words, frame

    def write(self, notice: Notice, links: Links, *, title: str, language: str, imprint: str) -> Letter:
        kind = notice.kind if notice.kind in KINDS else FALLBACK
        values = {**addresses(notice, links), "title": title, "imprint": imprint, "values": dict(notice.values)}
        values |= {"language": language, "sender": f"Sent by {title}, {links.host}."}
        head, _, text = fill(self._words.plain, f"notices/{kind}.txt.j2", values).lstrip().partition("\n")
        subject = head.removeprefix(SUBJECT)
        markdown = fill(self._words.literal, f"notices/{kind}.md.j2", values)
        body = Markup(clean(Markdown(output_format="html").convert(markdown)))
        html = self._frame.letter(language, values | {"body": body, "subject": subject, "home": links.home()})
        return Letter(subject=subject, text=text.strip("\n") + "\n", html=html)


def addresses(notice: Notice, links: Links) -> Mapping[str, str]:
    """The links that a notice of this kind may need, for the subscriber that its values name."""
    who, when = notice.values.get("subscriber", ""), notice.created_at or EPOCH
    action = links.login(notice.address, when) if notice.kind == "login" else links.confirm(who, when)
    return {
        "link": notice.values.get("link", action),
        "preferences": links.preferences(who, when),
        "unsubscribe": links.unsubscribe(who, when),
    }
