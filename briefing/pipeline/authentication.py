"""Whether receivers can tell that our mail is ours: SPF, DKIM and DMARC as the DNS has them, and what our signature covers."""

from collections.abc import Callable, Iterator, Sequence

import dns.exception
import dns.resolver

from briefing.delivery.dkim import covers_one_click, verified
from briefing.editions.sample import EDITION, READER
from briefing.model import Delivery, DeliveryState
from briefing.pipeline.services import Services

LOOKUP_SECONDS = 3.0
RESERVED = ("example", "example.org", "example.com", "example.net", "invalid", "localhost", "test", "local")
Lookup = Callable[[str], Sequence[str]]
"""TXT records of a name; none for a name that is not there. Raises OSError where the DNS does not answer."""
Told = Iterator[tuple[str, str]]


def lookup(name: str) -> list[str]:
    try:
        answer = dns.resolver.resolve(name, "TXT", lifetime=LOOKUP_SECONDS)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return []
    except dns.exception.DNSException as error:
        raise OSError(f"the DNS does not answer for {name}: {type(error).__name__}") from error
    return [b"".join(record.strings).decode("utf-8", "replace") for record in answer]


def check(services: Services, ask: Lookup = lookup) -> Told:
    """What a receiver sees of our domain, each trouble with its remedy."""
    yield from _signature(services)
    if services.config.mail.transport != "smtp" or _reserved(services.postman.domain):
        return
    try:
        yield from _spf(services.postman.domain, ask)
        yield from _dkim(services, ask)
        yield from _dmarc(services.postman.domain, ask)
    except OSError as error:
        yield str(error), "run doctor again when the network is there"


def _reserved(domain: str) -> bool:
    return domain in RESERVED or domain.rpartition(".")[2] in RESERVED


def _signature(services: Services) -> Told:
    mail = services.config.mail
    if not mail.dkim_domain:
        yield "mails carry no signature of ours", _unsigned(services)
        return
    covered = covers_one_click(_specimen(services))
    words = "with" if covered else "without"
    yield f"mails are signed as {mail.dkim_domain} ({mail.dkim_selector}), {words} one-click unsubscribe", ""
    if not covered and services.links.secure:
        yield "the signature leaves out List-Unsubscribe", "report this: RFC 8058 asks for it"
    if not _aligned(services.postman.domain, mail.dkim_domain):
        remedy = f"set dkim_domain to {services.postman.domain}, or a domain above it, so that DMARC counts the signature"
        yield f"From is at {services.postman.domain}, the signature is of {mail.dkim_domain}", remedy


def _unsigned(services: Services) -> str:
    if services.config.mail.transport != "smtp" or _reserved(services.postman.domain):
        return ""
    return "let the mail server sign (List-Unsubscribe and List-Unsubscribe-Post too), or set [mail] dkim_domain"


def _aligned(sender: str, signer: str) -> bool:
    return sender == signer or sender.endswith(f".{signer}")


def _specimen(services: Services) -> bytes:
    """A mail as it would go out."""
    row = Delivery(id="specimen", address=READER.email, message_id="<specimen@localhost>", state=DeliveryState.QUEUED)
    return services.postman.edition(EDITION, READER, row).as_bytes()


def _spf(domain: str, ask: Lookup) -> Told:
    found = [record for record in ask(domain) if record.lower().startswith("v=spf1")]
    if len(found) == 1:
        yield f"SPF of {domain}: {found[0]}", ""
    elif found:
        yield f"{domain} has {len(found)} SPF records", "keep one: receivers ignore several"
    else:
        yield f"{domain} has no SPF record", f'set a TXT record of {domain} such as "v=spf1 mx -all" that names your mail server'


def _dkim(services: Services, ask: Lookup) -> Told:
    mail = services.config.mail
    if not mail.dkim_domain:
        return
    name = f"{mail.dkim_selector}._domainkey.{mail.dkim_domain}"
    records = ask(name)
    if records and verified(_specimen(services), records[0]):
        yield f"the DKIM record {name} fits our key", ""
    else:
        yield (
            f"the DKIM record {name} {'does not fit our key' if records else 'is missing'}",
            "docs/delivery.md tells how to set it",
        )


def _dmarc(domain: str, ask: Lookup) -> Told:
    found = [record for record in ask(f"_dmarc.{domain}") if record.lower().startswith("v=dmarc1")]
    remedy = f'set a TXT record of _dmarc.{domain} such as "v=DMARC1; p=none; rua=mailto:postmaster@{domain}"'
    yield (f"DMARC of {domain}: {found[0]}", "") if found else (f"{domain} has no DMARC record", remedy)
