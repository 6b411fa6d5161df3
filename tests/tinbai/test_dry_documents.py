"""A dry run reads the documents of a mail, as the pipeline does."""

from email.message import EmailMessage

from tests.factories import NOW
from tests.parsers.documents import docx, p
from tests.parsers.letters import office
from tinbai.dry_reader import DryReader

URL = "https://c1kimdong.giangvo.example/tin-tuc/mot-bai-pmtd22sw1"


def test_links_of_an_attached_document_are_links_of_the_mail() -> None:
    mail = EmailMessage()
    mail["From"] = "c1kimdong-bd@hanoiedu.example"
    mail.set_content("Trường gửi tin bài (file đính kèm)")
    mail.add_attachment(docx(p("Tin bài") + p(URL)), "application", "octet-stream", filename="Tin bài tuần 12.docx")
    answer = DryReader(office(authserv_id="")).read(mail.as_bytes(), NOW)
    assert [(link["url"], link["role"], link["found_in"]) for link in answer["links"]] == [
        (URL, "article", "attachment")
    ]
    assert answer["claimed_week"] == 12
