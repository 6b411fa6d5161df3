"""What the sample schools write, as school clerks write it, and what must become of each mail.

They only look like the mails of schools: whoever writes here, and whatever happened, is invented.
"""

from dataclasses import dataclass

from db.states import MessageState

__all__ = ["DRAFTS", "Draft", "Expected"]


@dataclass(frozen=True, slots=True)
class Expected:
    """What must become of a mail."""

    state: MessageState = MessageState.READ
    stories: int = 0  # new in the board's queue
    dead: int = 0  # links without a page
    known: int = 0  # stories that were reported before

    @property
    def answered(self) -> bool:
        """Is an acknowledgement due? Exactly one, or none at all."""
        return self.state is MessageState.READ


@dataclass(frozen=True, slots=True)
class Draft:
    """A mail before it has its addresses and its date. In its texts stand {week}, {story[key]} and {home[school]}."""

    gist: str  # why it is in the demo
    name: str
    address: str
    subject: str
    text: str
    expected: Expected
    html: str = ""
    headers: tuple[tuple[str, str], ...] = ()


DRAFTS = (
    Draft(
        gist="một bài",
        name="TH Kim Đồng",
        address="c1kimdong-bd@hanoiedu.example",
        subject="[Tuần {week}] Trường TH Kim Đồng gửi link tin bài tiêu biểu",
        text="""
Kính gửi: Ban biên tập Cổng thông tin điện tử Ngành GDĐT,

Trường Tiểu học Kim Đồng xin gửi tin bài tiêu biểu tuần {week}:

Ngày hội đọc sách: mỗi trang sách, một người bạn
{story[doc-sach]}

Trân trọng cảm ơn!
--
Ban truyền thông Trường TH Kim Đồng
""",
        expected=Expected(stories=1),
    ),
    Draft(
        gist="chữ ký có trang chủ và fanpage",
        name="Nguyễn Hương Liên",
        address="lien.c2nd@badinhedu.example",
        subject="THCS Nguyễn Du - Link bài tuần {week}",
        text="""
Kính gửi Ban biên tập,
Em gửi bài của trường ạ: {story[khong-khi]}

--
Nguyễn Hương Liên
Trường THCS Nguyễn Du
Website: {home[thcs-nguyen-du]}/
""",
        html="""
<div dir="ltr">Kính gửi Ban biên tập,<div><br></div><div>Em gửi bài của trường ạ: <a href="{story[khong-khi]}">Học sinh
khối 8 tự làm trạm đo chất lượng không khí từ vật liệu tái chế</a></div><div><br></div>-- <br>
<div dir="ltr" class="gmail_signature" data-smartmail="gmail_signature"><b>Nguyễn Hương Liên</b><br>Trường THCS Nguyễn
Du<br>ĐT: 024 5550 0127<br>Website: <a href="{home[thcs-nguyen-du]}/">c2nguyendu.ngocha.example</a><br>Fanpage:
<a href="https://www.facebook.com/c2nguyendu.example">THCS Nguyễn Du</a></div></div>
""",
        expected=Expected(stories=1),
    ),
    Draft(
        gist="ba bài trong một thư",
        name="Trường Mầm non Hoa Sữa",
        address="mnhoasua-bd@hanoiedu.example",
        subject="MN Hoa Sữa - tổng hợp tin bài tuần {week} (03 bài)",
        text="""
Kính gửi Ban biên tập,

Trường Mầm non Hoa Sữa gửi 03 tin bài tuần {week}:

1. Bé tập làm nội trợ: từ vườn rau của lớp đến bát canh trên bàn ăn
{story[noi-tro]}

2. Hội thảo cùng cha mẹ: giúp trẻ 5 tuổi tự tin vào lớp Một
{story[vao-lop-mot]}

3. Diễn tập phòng cháy, chữa cháy: cả trường thoát nạn an toàn trong bốn phút
{story[thoat-nan]}

Trân trọng./.
""",
        expected=Expected(stories=3),
    ),
    Draft(
        gist="viết không dấu",
        name="TH Le Van Tam",
        address="c1levantam-bd@hanoiedu.example",
        subject="Truong TH Le Van Tam gui link bai tuan {week}",
        text="""
Kinh gui Phong GDDT,

Truong TH Le Van Tam gui link bai viet tuan {week}:
{story[tieng-anh]}

Tran trong cam on.
""",
        expected=Expected(stories=1),
    ),
    Draft(
        gist="một liên kết hỏng bên bài tốt",
        name="THCS Phan Huy Chú",
        address="c2phanhuychu-bd@hanoiedu.example",
        subject="THCS Phan Huy Chú_Link bài_Tuần {week}",
        text="""
Kính gửi Ban biên tập,

Trường THCS Phan Huy Chú gửi 02 bài:
- Ngày hội hướng nghiệp khối 9: {story[huong-nghiep]}
- Giải bóng đá học sinh: {home[thcs-phan-huy-chu]}/hoat-dong-su-kien/giai-bong-da-hoc-sinh-thcs-pmtd22sw2299

Trân trọng!
""",
        expected=Expected(stories=1, dead=1),
    ),
    Draft(
        gist="gửi lại bài đã có",
        name="TH Kim Đồng",
        address="c1kimdong-bd@hanoiedu.example",
        subject="TH Kim Đồng gửi lại link bài tuần {week}",
        text="""
Kính gửi Ban biên tập,

Nhà trường gửi lại link bài, phòng khi thư trước chưa tới:
{story[doc-sach]}?fbclid=IwAR0nGayHoiDocSach

Trân trọng cảm ơn!
""",
        expected=Expected(known=1),
    ),
    Draft(
        gist="báo cáo sự việc",
        name="MG Sao Khuê",
        address="mgsaokhue-bd@hanoiedu.example",
        subject="Báo cáo nhanh về sự việc 03 học sinh nhập viện",
        text="""
Kính gửi: Lãnh đạo Phòng Giáo dục và Đào tạo,

Trường Mẫu giáo Sao Khuê báo cáo nhanh: sau bữa phụ chiều nay có 03 học sinh lớp B2 đau bụng, buồn nôn, nghi ngộ độc,
đã được đưa đi cấp cứu tại bệnh viện. Hiện sức khỏe các cháu ổn định. Nhà trường đã báo gia đình, lưu mẫu thức ăn và sẽ
có báo cáo chi tiết.

Hiệu trưởng
Trần Thanh Vân
""",
        expected=Expected(state=MessageState.WAITING),
    ),
    Draft(
        gist="gửi từ hộp thư cá nhân chưa đăng ký",
        name="Trần Thu Trang",
        address="thutrang.mg@thudientu.example",
        subject="MG Sao Khuê gửi link bài tuần {week}",
        text="""
Kính gửi Ban biên tập,

Em là Trang, giáo viên phụ trách tin bài mới của Trường Mẫu giáo Sao Khuê. Em gửi bài tuần {week}:
{story[cho-que]}

Em cảm ơn ạ.
""",
        expected=Expected(state=MessageState.WAITING),
    ),
    Draft(
        gist="thư trả lời tự động",
        name="Phạm Văn Khôi",
        address="khoi.c2nd@badinhedu.example",
        subject="Trả lời tự động: [BBT] Nhắc gửi tin bài tuần {week}",
        text="""
Tôi đang đi công tác đến hết tuần, vui lòng liên hệ văn phòng nhà trường.
Website: {home[thcs-nguyen-du]}/
""",
        expected=Expected(state=MessageState.IGNORED),
        headers=(("Auto-Submitted", "auto-replied"), ("Precedence", "bulk"), ("X-Auto-Response-Suppress", "All")),
    ),
)
