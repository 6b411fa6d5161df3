"""The rival of a backlog: the loop anybody would write in an afternoon, with what it finds kept durably.

IMAPClient in batches, mail-parser, BeautifulSoup for the links, SQLAlchemy on SQLite, one commit a mail. Prints the
seconds it took and the links it found. `python -m bench.naive_store PORT CERTIFICATE ADDRESS PASSWORD FILE MOST`.
"""

import re
import ssl
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import mailparser
from bs4 import BeautifulSoup
from imapclient import IMAPClient
from sqlalchemy import Column, Connection, Engine, Integer, MetaData, String, Table, create_engine, event, insert

LINK = re.compile(r"https?://[^\s<>\"']+")
BATCH = 100
metadata = MetaData()
mail_table = Table(
    "mail",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("message_id", String, index=True),
    Column("subject", String),
    Column("sender", String),
    Column("body", String),
)
link_table = Table(
    "link",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("mail_id", Integer, index=True),
    Column("url", String),
)


def main(port: int, certificate: str, address: str, password: str, file: str, most: int) -> None:
    """Read the first mails of the mailbox."""
    engine = _database(file)
    with IMAPClient("localhost", port, ssl_context=ssl.create_default_context(cafile=certificate)) as client:
        client.login(address, password)
        client.select_folder("INBOX", readonly=True)
        begun = time.perf_counter()
        links = 0
        for raw in _mails(client, client.search("ALL")[:most]):
            with engine.begin() as connection:
                links += _keep(connection, raw)
        print(time.perf_counter() - begun, links)


def _database(file: str) -> Engine:
    engine = create_engine(f"sqlite:///{file}")

    @event.listens_for(engine, "connect")
    def durable(connection: Any, _: Any) -> None:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")

    metadata.create_all(engine)
    return engine


def _mails(client: IMAPClient, uids: Sequence[int]) -> Iterator[bytes]:
    for at in range(0, len(uids), BATCH):
        for found in client.fetch(uids[at : at + BATCH], ["BODY.PEEK[]"]).values():
            yield found[b"BODY[]"]


def _keep(connection: Connection, raw: bytes) -> int:
    mail = mailparser.parse_from_bytes(raw)
    body = "\n".join(mail.text_plain)
    row = {"message_id": mail.message_id, "subject": mail.subject, "sender": str(mail.from_), "body": body}
    mail_id = connection.execute(insert(mail_table).values(row).returning(mail_table.c.id)).scalar_one()
    links = set(LINK.findall(body)) | set(_anchors(mail.text_html))
    if links:
        connection.execute(insert(link_table), [{"mail_id": mail_id, "url": link} for link in links])
    return len(links)


def _anchors(pages: Iterable[str]) -> Iterator[str]:
    for page in pages:
        for anchor in BeautifulSoup(page, "lxml").find_all("a", href=True):
            yield str(anchor["href"])


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4], sys.argv[5], int(sys.argv[6]))
