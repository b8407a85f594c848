"""One fetch from its first address to its last: where redirects may lead, and who is shown the password."""

from urllib.parse import unquote, urljoin, urlsplit, urlunsplit

from briefing.errors import FetchError
from briefing.sources.addresses import without_password
from briefing.sources.answers import PERMANENT_REDIRECTS

MAX_REDIRECTS = 5


class Journey:
    """`url` is where to ask next, `permanent_url` where the first address has moved for good, "" if it has not."""

    def __init__(self, url: str) -> None:
        self.subject = without_password(url)
        self.url, self._login = _without_login(url.strip())
        self._home = _origin(self.url)
        self._visited = {self.url}
        self._moved_for_good = True
        self.permanent_url = ""

    @property
    def login(self) -> tuple[str, str] | None:
        """User name and password of the first address, for its own origin only."""
        return self._login if _origin(self.url) == self._home else None

    def follow(self, status: int, location: str) -> None:
        """Go where a redirect points. Raises FetchError where it may not lead."""
        destination = urljoin(self.url, location.strip())
        self._refuse(destination)
        self._visited.add(destination)
        self._moved_for_good = self._moved_for_good and status in PERMANENT_REDIRECTS
        if self._moved_for_good:
            self.permanent_url = destination
        self.url = destination

    def _refuse(self, destination: str) -> None:
        scheme = urlsplit(destination).scheme
        if scheme not in ("http", "https"):
            raise FetchError(self.subject, f"it redirects to a {scheme[:20] or 'strange'} address, which is not fetched")
        if scheme == "http" and self._home.startswith("https:"):
            raise FetchError(self.subject, "it redirects from https to http, which is not followed")
        if destination in self._visited:
            raise FetchError(self.subject, "it redirects in a circle")
        if len(self._visited) > MAX_REDIRECTS:
            raise FetchError(self.subject, f"it redirects more than {MAX_REDIRECTS} times")


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.lower()}"


def _without_login(url: str) -> tuple[str, tuple[str, str] | None]:
    """The address without the user name and password written in it, and these."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return url, None
    login, at, place = parts.netloc.rpartition("@")
    if not at:
        return url, None
    name, _, password = login.partition(":")
    return urlunsplit(parts._replace(netloc=place)), (unquote(name), unquote(password))
