"""A folder's name as people, servers and directories write it."""

import unicodedata

import pytest
from imapclient.imap_utf7 import encode

from ingest.mailbox_names import maildir_name, modified_utf7, server_name


@pytest.mark.parametrize(
    "name", ["Đã xử lý", "Tin & bài", "&", "&&é&", "a~b", "日本語/中文", "📷 ảnh", "plain", "ÿÿÿ?>"]
)
def test_a_name_is_written_in_the_ascii_of_servers(name: str) -> None:
    assert modified_utf7(name).encode() == encode(name)


@pytest.mark.parametrize(
    ("name", "prefix", "separator", "written"),
    [
        ("Đã xử lý", "", "/", "Đã xử lý"),
        ("Đã xử lý", "INBOX.", ".", "INBOX.Đã xử lý"),
        ("INBOX/Xong", "INBOX.", ".", "INBOX.Xong"),
        ("Xong/2025", "", ".", "Xong.2025"),
    ],
)
def test_a_name_is_written_with_the_servers_prefix_and_separator(
    name: str, prefix: str, separator: str, written: str
) -> None:
    assert server_name(name, prefix, separator) == written


def test_a_name_is_the_same_however_its_accents_are_stored() -> None:
    assert server_name(unicodedata.normalize("NFD", "Đã xử lý"), "", "/") == "Đã xử lý"


def test_a_directory_stands_beside_those_of_the_mailbox() -> None:
    assert maildir_name("Lưu trữ/Xong") == ".L&AbA-u tr&Hu8-.Xong"
