"""A house edition as one Markdown message, for channels that are no mail."""

import re
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime

from briefing.editions import headers
from briefing.editions.links import Links
from briefing.editions.render import Renderer
from briefing.model import Edition

TAG = "briefing"
NOT_IN_TAGS = re.compile(r"[^\w/-]+")


def build(
    edition: Edition, links: Links, renderer: Renderer, *, message_id: str, delivery_id: str, imprint: str = ""
) -> EmailMessage:
    """Subject, slot, tags (Keywords) and the words as text/markdown; nothing in it is personal."""
    message = EmailMessage(policy=headers.policy())
    message["From"] = Address(display_name=headers.subject(edition.title, links.host), addr_spec=f"brief@{links.host}")
    message["Subject"] = headers.subject(edition.subject, f"{edition.title}, {edition.slot:%d %b}")
    message["Date"] = format_datetime(edition.created_at)
    message["Message-ID"], message["X-Slot"], message["X-Delivery"] = message_id, edition.slot.isoformat(), delivery_id
    message["Keywords"] = ", ".join(tags(edition))
    message.set_content(renderer.markdown(edition, links, None, imprint=imprint), subtype="markdown", cte="base64")
    return message


def tags(edition: Edition) -> list[str]:
    """`briefing`, and the topics of the picks, as words that may stand behind a #."""
    topics = dict.fromkeys(pick.fragment.card.topic for pick in edition.picks)
    named = [NOT_IN_TAGS.sub("-", topic.strip().lower()).strip("-") for topic in topics]
    return [TAG, *(name for name in named if name)]
