"""The pages' templates: the user's own first, then those that came with the program. Every value is escaped."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from briefing.config import Config
from briefing.editions import wording
from briefing.editions.frame import RIGHT_TO_LEFT
from briefing.editions.links import Links
from briefing.editions.safe import tame
from briefing.packaged import packaged
from briefing.text import one_line, primary
from briefing.web.assets import Assets
from briefing.web.languages import language_name
from briefing.web.site import local
from briefing.web.sources import source_id
from briefing.web.zones import COMMON_ZONES

NAME = "templates"
FOLDER = "web"


def folders(own: Path) -> list[Path]:
    """Where templates and assets lie, the user's folder first."""
    return [own / NAME / FOLDER, packaged(NAME) / FOLDER]


def environment(places: Sequence[Path], assets: Assets, config: Config, links: Links) -> Environment:
    made = Environment(
        loader=FileSystemLoader(places),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        finalize=_tamed,
    )
    made.filters |= {
        "asset": assets.url,
        "clock": wording.clock,
        "day": wording.day,
        "direction": direction,
        "iso_day": wording.iso_day,
        "language_name": language_name,
        "local": local,
        "long_day": wording.long_day,
        "moment": moment,
        "one_line": one_line,
        "outward": outward,
        "plural": wording.plural,
        "primary": primary,
        "source_id": source_id,
        "stamp": wording.stamp,
    }
    made.globals |= {"brief": config.briefing, "links": links, "topics": config.topics, "zones": COMMON_ZONES}
    made.globals["zone_options"] = _offered(COMMON_ZONES)
    return made


def _offered(values: Iterable[str]) -> Markup:
    """What a field suggests, made once: it stands on every page with the form."""
    return Markup("").join(Markup('<option value="{}">').format(value) for value in values)


def moment(at: datetime) -> str:
    """A day with its hour, in UTC."""
    return f"{wording.stamp(at)}, {at:%H:%M} UTC"


def outward(url: str) -> str:
    """An address on the web that may be linked to; "" for every other scheme."""
    return url if url.lower().startswith(("http://", "https://")) else ""


def direction(language: str) -> str:
    """`rtl` or `ltr`; `auto` where the language is not known."""
    main = primary(language)
    if not main:
        return "auto"
    return "rtl" if main in RIGHT_TO_LEFT else "ltr"


def _tamed(value: object) -> object:
    """Control and bidi override characters are dropped; what is marked as safe stays as it is."""
    return tame(value) if type(value) is str else value
