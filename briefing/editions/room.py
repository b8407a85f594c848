"""How much of an edition a mail has room for."""

from dataclasses import dataclass
from enum import IntEnum

SECTIONS = ("also", "recap", "due", "corrections")
"""What stands below the picks, in order; `<name>.md.j2` and `<name>.txt.j2` make it."""


class Detail(IntEnum):
    """How much of a story a mail has room for."""

    SHORT = 0
    STORY = 1
    FULL = 2


CUT = {
    Detail.FULL: "",
    Detail.STORY: "Shortened to fit a mail: related insights are on the pages behind the headlines.",
    Detail.SHORT: "Shortened to fit a mail: more on each story is on the page behind its headline.",
}


@dataclass(frozen=True, slots=True)
class Room:
    """How much of an edition there is room for: detail, sections, and at most so many picks (None: all)."""

    detail: Detail = Detail.FULL
    picks: int | None = None
    sections: tuple[str, ...] = SECTIONS

    def cut(self, picks: int) -> str:
        """What the reader of an edition with `picks` picks is told to have been cut."""
        omitted = picks - self.picks if self.picks is not None else 0
        if omitted > 0:
            return f"{CUT[self.detail]} {omitted} more on the web."
        return CUT[self.detail] if self.sections == SECTIONS else f"{CUT[self.detail]} The rest is on the web."


WHOLE = Room()
