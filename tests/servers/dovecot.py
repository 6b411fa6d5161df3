"""A real mail server that lives as long as a test: Dovecot on loopback, unprivileged, with IMAP, LMTP and submission.

Submitted mails take the way of the world: Dovecot checks the password and hands the mail to a hop that writes what a
receiving server writes, which delivers it by LMTP. Nothing here knows tinbai's own reading or sending.
"""

import atexit
import grp
import os
import pwd
import shutil
import signal
import smtplib
import socket
import ssl
import subprocess
import tempfile
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from string import Template
from typing import Self

from aiosmtpd.controller import Controller

from tests.servers.dovecot_hop import Hop
from tests.servers.ports import free_port

__all__ = ["AUTHSERV_ID", "Dovecot"]

AUTHSERV_ID = "mx.badinhedu.example"
HOST = "127.0.0.1"
HERE = Path(__file__).parent
DEADLINE_SECONDS = 20.0


# Of Dovecot 2.3 only: what 2.4 keeps in its one configuration.
OAUTH2 = """introspection_mode = get
introspection_url = ${introspection}
username_attribute = email
active_attribute = active
active_value = true
"""


class Dovecot:
    """One server for `users` (address → password), each with an empty INBOX. Start with `start()` or `with`.

    introspection_url: takes access tokens (XOAUTH2) as well; the token is appended to ask whose it is (RFC 7662).
    """

    def __init__(self, users: Mapping[str, str], introspection_url: str = "") -> None:
        self.users = dict(users)
        self._introspection_url = introspection_url
        self.imap_port, self.imaps_port, self.lmtp_port, self.submission_port, self._hop_port = _ports(5)
        # Directly below /tmp: pytest's own directories are closed to other users, and socket paths must stay short.
        self.root = Path(tempfile.mkdtemp(prefix="dovecot-", dir="/tmp"))
        self.certificate = self.root / "cert.pem"
        self._hop: Controller | None = None
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> Self:
        """Make the certificate and the configuration, start both servers and wait until the greeting comes."""
        atexit.register(self.stop)
        make_certificate(self.certificate, self.root / "key.pem")
        self._configure()
        self._hop = Controller(
            Hop(self.deliver, AUTHSERV_ID), hostname=HOST, port=self._hop_port, server_hostname=AUTHSERV_ID
        )
        self._hop.start()
        self._process = subprocess.Popen(
            [*_without_privileges(), _executable(), "-F", "-c", str(self.root / "dovecot.conf")],
            stdin=subprocess.DEVNULL,
            cwd="/",
            start_new_session=True,
        )
        self._await_greeting()
        return self

    def stop(self) -> None:
        """Stop both servers and remove everything; harmless when repeated."""
        self.kill()
        if self._hop is not None:
            self._hop.stop()
            self._hop = None
        shutil.rmtree(self.root, ignore_errors=True)
        atexit.unregister(self.stop)

    def kill(self) -> None:
        """End every process of Dovecot in the middle of whatever it does."""
        if self._process is not None and self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait(DEADLINE_SECONDS)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def client_context(self) -> ssl.SSLContext:
        """Return a TLS context that trusts this server and no other."""
        return ssl.create_default_context(cafile=str(self.certificate))

    def deliver(self, raw: bytes, to: str, sender: str = "nguoi-gui@truong.example") -> None:
        """Put a mail into a mailbox by LMTP, just as it is, without any server vouching for it."""
        with smtplib.LMTP(HOST, self.lmtp_port, timeout=DEADLINE_SECONDS) as lmtp:
            lmtp.sendmail(sender, [to], raw)

    def seed(self, mails: Iterable[bytes], of: str) -> None:
        """Lay old mails into a mailbox, UIDs from 1 in this order: by files, which is quick. No session may be open."""
        folder = self.root / "mail" / of
        for name in ("cur", "new", "tmp"):
            (folder / name).mkdir(parents=True, exist_ok=True)
        for number, raw in enumerate(mails):
            size = f"S={len(raw)},W={len(raw)}"  # or the server opens every file to count
            (folder / "cur" / f"{1_700_000_000 + number}.M{number}P1.seed,{size}:2,").write_bytes(raw)
        self._hand_over(folder)

    def renumber(self, of: str) -> None:
        """Forget how a mailbox was numbered, as after a restored backup: another UIDVALIDITY, UIDs from 1."""
        for path in (self.root / "mail" / of).glob("dovecot[-.]*"):
            if "uidvalidity" not in path.name:  # whence the next number is taken
                path.unlink()

    def submit(self, raw: bytes, to: str, username: str) -> None:
        """Send a mail the way a person does: STARTTLS, log in, and through the receiving hop into the mailbox."""
        with smtplib.SMTP("localhost", self.submission_port, timeout=DEADLINE_SECONDS) as smtp:
            smtp.starttls(context=self.client_context())
            smtp.login(username, self.users[username])
            smtp.sendmail(username, [to], raw)

    def log(self) -> str:
        """Return what Dovecot has logged so far."""
        path = self.root / "dovecot.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def _configure(self) -> None:
        user = _user()
        values = {
            "root": self.root,
            "hostname": AUTHSERV_ID,
            "user": user.pw_name,
            "group": grp.getgrgid(user.pw_gid).gr_name,
            "imap": self.imap_port,
            "imaps": self.imaps_port,
            "lmtp": self.lmtp_port,
            "submission": self.submission_port,
            "relay": self._hop_port,
            "introspection": self._introspection_url,
        }
        parts = [f"dovecot-{_version()}.conf"]
        if self._introspection_url:
            parts.append(f"dovecot-{_version()}-oauth2.conf")
            (self.root / "oauth2.conf").write_text(Template(OAUTH2).substitute(values))
        template = Template("".join((HERE / part).read_text() for part in parts))
        (self.root / "dovecot.conf").write_text(template.substitute(values))
        users = "".join(f"{address}:{{PLAIN}}{password}::::::\n" for address, password in self.users.items())
        (self.root / "users").write_text(users)
        for name in ("run", "run/state", "mail", "home"):
            (self.root / name).mkdir()
        self._hand_over(self.root)

    def _hand_over(self, root: Path) -> None:
        """Give everything below `root` to the user that the server runs as."""
        if os.getuid() == 0:
            for path in (root, *root.rglob("*")):
                os.chown(path, _user().pw_uid, _user().pw_gid)

    def _await_greeting(self) -> None:
        ends = time.monotonic() + DEADLINE_SECONDS
        while not _greets(self.imap_port):
            if time.monotonic() > ends or (self._process and self._process.poll() is not None):
                self.stop()
                raise RuntimeError(f"Dovecot did not start: {self.log()}")
            time.sleep(0.01)


def make_certificate(certificate: Path, key: Path) -> None:
    """Write a self-signed certificate for localhost and its key."""
    names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]
    files = ["-keyout", str(key), "-out", str(certificate)]
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *names, *files]
    subprocess.run(command, check=True, capture_output=True)


def _ports(count: int) -> list[int]:
    """Return different free ports."""
    ports: set[int] = set()
    while len(ports) < count:
        ports.add(free_port())
    return list(ports)


def _executable() -> str:
    found = shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
    if found is None:
        raise FileNotFoundError(
            "Dovecot is not installed: run `make servers`, or `make test` for the tests without servers"
        )
    return found


def _version() -> str:
    answer = subprocess.run([_executable(), "--version"], check=True, capture_output=True, text=True).stdout
    major, minor = answer.split(".")[:2]
    return "2.3" if (int(major), int(minor)) < (2, 4) else "2.4"


def _user() -> pwd.struct_passwd:
    """Dovecot refuses to keep mail for root."""
    return pwd.getpwnam("nobody") if os.getuid() == 0 else pwd.getpwuid(os.getuid())


def _without_privileges() -> list[str]:
    """Drop root, and die with the test run even if that is killed."""
    command = ["setpriv", "--pdeathsig", "TERM"]
    if os.getuid() == 0:
        command += ["--reuid", _user().pw_name, "--regid", str(_user().pw_gid), "--clear-groups"]
    return command


def _greets(port: int) -> bool:
    try:
        with socket.create_connection((HOST, port), timeout=1) as connection:
            return connection.recv(64).startswith(b"* OK")
    except OSError:
        return False
