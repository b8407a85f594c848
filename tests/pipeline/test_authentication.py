"""What doctor says of SPF, DKIM and DMARC."""

from dataclasses import replace
from pathlib import Path

import pytest

from briefing.editions.links import Links
from briefing.editions.message import Postmark
from briefing.editions.render import Renderer
from briefing.errors import UsageError
from briefing.mailing import signer
from briefing.pipeline.authentication import check
from briefing.pipeline.postman import MailPostman
from briefing.pipeline.services import Services
from tests.pipeline.conftest import TOML, Desk, configured

KEY = Path(__file__).parent.parent / "delivery" / "dkim_key.pem"
MAIL = '[mail]\ntransport = "smtp"\nfrom = "Brief <brief@news.desk.ch>"\n'
SIGNED = f'dkim_domain = "desk.ch"\ndkim_selector = "s1"\ndkim_key_file = "{KEY}"\n'
RECORD = "v=DKIM1; k=rsa; p=" + (KEY.with_suffix(".pub").read_text().strip())
GOOD = {"news.desk.ch": ["v=spf1 mx -all"], "_dmarc.news.desk.ch": ["v=DMARC1; p=none"], "s1._domainkey.desk.ch": [RECORD]}


def installed(desk: Desk, folder: Path, mail: str) -> Services:
    """The services of the desk with another [mail] table, behind https."""
    config = configured(folder, TOML + mail)
    links = Links("https://brief.desk.ch", [b"k" * 32])
    postmark = Postmark(sender=config.mail.sender)
    postman = MailPostman(links, postmark, Renderer(), title="Brief", language="en", signer=signer(config))
    return replace(desk.services, config=config, links=links, postman=postman)


def told(services: Services, records: dict[str, list[str]]) -> list[tuple[str, str]]:
    return list(check(services, lambda name: records.get(name, [])))


def test_all_is_well(desk: Desk, tmp_path: Path) -> None:
    found = told(installed(desk, tmp_path, MAIL + SIGNED), GOOD)
    assert [remedy for _, remedy in found] == [""] * 4
    assert found[0][0] == "mails are signed as desk.ch (s1), with one-click unsubscribe"


@pytest.mark.parametrize(
    ("change", "trouble"),
    [
        ({"news.desk.ch": []}, "has no SPF record"),
        ({"news.desk.ch": ["v=spf1 -all", "v=spf1 mx -all"]}, "has 2 SPF records"),
        ({"_dmarc.news.desk.ch": ["hello"]}, "has no DMARC record"),
        ({"s1._domainkey.desk.ch": []}, "is missing"),
        ({"s1._domainkey.desk.ch": ["v=DKIM1; p=MIGf"]}, "does not fit our key"),
    ],
)
def test_each_trouble_has_its_remedy(desk: Desk, tmp_path: Path, change: dict[str, list[str]], trouble: str) -> None:
    found = told(installed(desk, tmp_path, MAIL + SIGNED), GOOD | change)
    (words,) = [words for words, remedy in found if remedy]
    assert trouble in words


def test_a_signature_of_another_domain_does_not_count(desk: Desk, tmp_path: Path) -> None:
    other = SIGNED.replace("desk.ch", "esk.ch")
    found = told(installed(desk, tmp_path, MAIL + other), GOOD | {"s1._domainkey.esk.ch": [RECORD]})
    assert [words for words, remedy in found if remedy] == ["From is at news.desk.ch, the signature is of esk.ch"]


def test_without_a_signature_the_server_must_sign(desk: Desk, tmp_path: Path) -> None:
    assert "let the mail server sign" in told(installed(desk, tmp_path, MAIL), GOOD)[0][1]


def test_a_folder_needs_no_records(desk: Desk) -> None:
    assert told(desk.services, {}) == [("mails carry no signature of ours", "")]


def test_a_dns_that_is_silent_is_told(desk: Desk, tmp_path: Path) -> None:
    def silent(name: str) -> list[str]:
        raise OSError("the DNS does not answer")

    assert ("the DNS does not answer", "run doctor again when the network is there") in list(
        check(installed(desk, tmp_path, MAIL), silent)
    )


def test_a_key_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        signer(configured(tmp_path, TOML + MAIL + SIGNED.replace("dkim_key.pem", "none.pem")))
