"""Whether what the installation leans on can be reached from here: its own pages, model servers, mail folders."""

import ssl
from collections.abc import Iterator
from datetime import datetime
from http.client import HTTPException
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from briefing.config import Config
from briefing.errors import FetchError
from briefing.mailbox import LOOPBACK, Mailbox
from briefing.pipeline.services import Services

SECONDS = 5.0
Told = Iterator[tuple[str, str]]
UNREACHED = {
    "web": "is `briefing serve` running, and does the web server in front of it hand requests on? Some networks do not reach"
    " their own public address from inside: then try it from outside",
    "model": "start the model server, or mend its url; until then the speakers' own words are used",
}


def status(url: str, key: str = "") -> int:
    """The HTTP status that a GET is answered with. Raises `OSError` where there is no answer."""
    headers = {"User-Agent": "briefing doctor"} | ({"Authorization": f"Bearer {key}"} if key else {})
    try:
        with urlopen(Request(url, headers=headers), timeout=SECONDS) as answer:
            return int(answer.status)
    except HTTPError as error:
        return error.code
    except HTTPException as error:
        raise OSError(f"the answer is no HTTP: {type(error).__name__}") from error


def web(services: Services, now: datetime) -> Told:
    """Whether readers reach the pages where links lead them; on one's own machine they are there while `serve` runs."""
    public = services.config.web.public_url
    if urlsplit(public).hostname in LOOPBACK:
        return
    yield from _asked(f"{public}/health", "", f"the pages at {public}", UNREACHED["web"])


def models(services: Services, now: datetime) -> Told:
    for name, url, key in _endpoints(services.config):
        yield from _asked(f"{url}/models", key, f"[{name}] {url}", UNREACHED["model"], missing=True)


def mailboxes(services: Services, now: datetime) -> Told:
    """Whether each mail folder opens with its password."""
    for box in services.config.mailboxes:
        password = services.config.secrets.mailboxes.get(box.password_env, "")
        if not password:
            yield f"{box.url} has no password", f"set {box.password_env}"
            continue
        try:
            count = Mailbox(box.url, password, timeout=SECONDS).count()
            yield f"{box.url} opens, {count} messages in it", ""
        except FetchError as error:
            yield f"{box.url}: {error.reason}", f"check the url of this mailbox and {box.password_env}"


def _endpoints(config: Config) -> Iterator[tuple[str, str, str]]:
    if config.llm:
        yield "llm", config.llm.url, config.secrets.llm_key
    if config.speech and config.speech.url:
        yield "speech", config.speech.url, config.secrets.speech_key
    if config.embeddings:
        yield "embeddings", config.embeddings.url, config.secrets.embeddings_key


def _asked(url: str, key: str, name: str, remedy: str, *, missing: bool = False) -> Told:
    """What one address answers; `missing`: a 404 is an answer too, since not every server has this page."""
    try:
        code = status(url, key)
    except (OSError, ValueError) as error:
        yield f"{name} cannot be reached: {_reason(error)}", remedy
        return
    if code in (401, 403):
        yield f"{name} refuses us ({code})", "check its key, and whether it lets this machine in"
    elif code >= 500 or (code >= 400 and not (missing and code == 404)):
        yield f"{name} answers {code}", remedy
    else:
        yield f"{name} answers", ""


def _reason(error: Exception) -> str:
    cause = error.reason if isinstance(error, URLError) and isinstance(error.reason, Exception) else error
    if isinstance(cause, ssl.SSLCertVerificationError):
        return "its certificate is not valid"
    if isinstance(cause, TimeoutError):
        return f"no answer within {SECONDS:g} s"
    return str(getattr(cause, "strerror", None) or cause)
