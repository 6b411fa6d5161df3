"""Pages of a school site for tests, as a plain portal writes them."""


def story_page(title: str = "Ngày hội đọc sách của học sinh khối 4", school: str = "Trường Tiểu học Kim Đồng") -> str:
    """An article page with title, date, three paragraphs and a picture."""
    return f"""<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8"><title>{title} - {school}</title></head><body>
<div id="menu"><a href="/">Trang chủ</a> <a href="/tin-tuc">Tin tức</a></div>
<div class="content"><h1>{title}</h1><p class="date">Ngày đăng: 24/11/2026</p>
<p>Sáng 24/11/2026, tại sân trường, {school} tổ chức ngày hội đọc sách cho hơn 300 học sinh khối 4, với sự tham gia của
đông đảo phụ huynh và các cô giáo phụ trách thư viện.</p>
<p><img src="/UploadFile/Images/2026/11/24/doc-sach.jpg" width="640" height="420" alt="Học sinh đọc sách"></p>
<p>Các em được nghe kể chuyện, đổi sách cũ lấy sách mới và giới thiệu cuốn sách mình yêu thích trước toàn khối. Mười hai
gian hàng sách do các lớp tự trang trí đã thu hút hàng trăm lượt bạn đọc trong suốt buổi sáng.</p>
<p>Kết thúc ngày hội, nhà trường trao 20 phần quà cho những bạn đọc tích cực và nhận thêm 450 cuốn sách cho thư viện từ
phụ huynh, góp phần xây dựng thói quen đọc sách mỗi ngày cho học sinh.</p></div>
<div id="footer">{school}. Địa chỉ: 1 phố Núi Trúc, Hà Nội. Điện thoại: 024.0000.0001</div></body></html>"""


LOGIN_PAGE = """<html><head><title>Đăng nhập</title></head><body>
<form action="/login" method="post"><p>Đăng nhập hệ thống</p>
<input name="user"><input type="password" name="pass"><button>Đăng nhập</button></form></body></html>"""
EMPTY_PAGE = "<html><head><title></title></head><body><div></div></body></html>"
