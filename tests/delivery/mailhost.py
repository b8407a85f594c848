"""A Postfix and a Dovecot of our own on loopback: mail goes in by SMTP, lies in Maildirs, and is read by IMAP."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.ports import free_port

PASSWORD = "only-of-this-test"
DOMAINS = "readers.test desk.test"
MAIN = """\
compatibility_level = 3.6
queue_directory = {root}/queue
data_directory = {root}/data
mail_owner = postfix
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mx.desk.test
mydestination =
mynetworks = 127.0.0.0/8
recipient_delimiter = +
virtual_mailbox_domains = {domains}
virtual_mailbox_maps = texthash:{root}/conf/boxes
virtual_mailbox_base = {root}/mail
virtual_minimum_uid = 1
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
smtpd_reject_unlisted_recipient = no
smtpd_recipient_restrictions = permit_mynetworks, reject
maillog_file = {root}/log/postfix.log
maillog_file_prefixes = {root}
"""
MASTER = """\
127.0.0.1:{port} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
error unix - - n - - error
smtp unix - - n - - smtp
proxymap unix - - n - - proxymap
proxywrite unix - - n - 1 proxymap
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
"""
DOVECOT = """\
base_dir = {root}/run
log_path = {root}/log/dovecot.log
protocols = imap
ssl = no
disable_plaintext_auth = no
auth_username_chars =
first_valid_uid = 1
first_valid_gid = 1
mail_location = maildir:{root}/mail/%d/%n
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={root}/mail/%d/%n
}}
service imap-login {{
  inet_listener imap {{
    address = 127.0.0.1
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service stats {{
  client_limit = 100
}}
"""


@dataclass(frozen=True)
class MailHost:
    """Takes mail for `@readers.test` and `@desk.test`; any box but the listed ones is unknown to it."""

    root: Path
    smtp_port: int
    imap_port: int

    def imap_url(self, address: str) -> str:
        return f"imap://{address.replace('@', '%40')}@127.0.0.1:{self.imap_port}/INBOX"

    def log(self) -> str:
        return "\n".join(file.read_text("utf-8", "replace") for file in sorted((self.root / "log").glob("*")))


def missing() -> str:
    """What keeps such a host from being started here; "" if nothing does."""
    absent = [name for name in ("postfix", "dovecot") if not shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin")]
    if absent:
        return f"{' and '.join(absent)} not installed (apt-get install postfix dovecot-imapd)"
    return "" if os.geteuid() == 0 else "only root can start Postfix"


@contextmanager
def mail_host(boxes: list[str]) -> Iterator[MailHost]:
    """The host, with an empty box for each address, in a folder that every user can reach."""
    with tempfile.TemporaryDirectory(prefix="mailhost") as folder:
        Path(folder).chmod(0o755)
        host = MailHost(Path(folder), free_port(), free_port())
        _write(host, boxes)
        yield from _running(host)


def _running(host: MailHost) -> Iterator[MailHost]:
    root = host.root
    _run("postfix", "-c", str(root / "conf"), "start")
    try:
        _run("dovecot", "-c", str(root / "conf" / "dovecot.conf"))
        try:
            for port in (host.smtp_port, host.imap_port):
                _wait_for(port)
            yield host
        finally:
            _run("doveadm", "-c", str(root / "conf" / "dovecot.conf"), "stop")
    finally:
        _run("postfix", "-c", str(root / "conf"), "stop")


def _write(host: MailHost, boxes: list[str]) -> None:
    root, owner, postfix = host.root, pwd.getpwnam("mail"), pwd.getpwnam("postfix")
    for name in ("conf", "queue", "data", "mail", "log", "run"):
        (root / name).mkdir()
    os.chown(root / "data", postfix.pw_uid, postfix.pw_gid)
    os.chown(root / "mail", owner.pw_uid, owner.pw_gid)
    ids = {"uid": owner.pw_uid, "gid": owner.pw_gid}
    conf = root / "conf"
    (conf / "main.cf").write_text(MAIN.format(root=root, domains=DOMAINS, **ids))
    (conf / "master.cf").write_text(MASTER.format(port=host.smtp_port))
    (conf / "dovecot.conf").write_text(DOVECOT.format(root=root, port=host.imap_port, password=PASSWORD, **ids))
    (conf / "boxes").write_text("".join(f"{box} {_folder(box)}\n" for box in boxes))


def _folder(box: str) -> str:
    local, _, domain = box.partition("@")
    return f"{domain}/{local}/"


def _run(program: str, *words: str) -> None:
    path = f"{os.environ['PATH']}:/usr/sbin"
    with tempfile.TemporaryFile() as said:  # a pipe would stay open as long as the daemon runs
        environment = {**os.environ, "PATH": path}
        done = subprocess.run([program, *words], stdout=said, stderr=said, env=environment, check=False, timeout=30)
        said.seek(0)
        if done.returncode:
            raise RuntimeError(f"{program} {' '.join(words)}: {said.read().decode('utf-8', 'replace')}")


def _wait_for(port: int) -> None:
    for _ in range(100):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError(f"nothing listens on port {port}")
