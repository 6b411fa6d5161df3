"""The words that school sites print around a story: headings of other lists, buttons, counters, the foot of the page.

A table only; each is matched at the beginning of a block, and how it is used is decided in `parsers.page_text`.
"""

import re

# What opens a list of other stories or the readers' comments.
OTHERS = re.compile(
    r"^\W*(?:(?:các |những |một số )?(?:tin|bài|bài viết|tin bài|bài đăng|mục|thông báo|văn bản)(?: tức| viết)? "
    r"(?:liên quan|khác|cùng (?:chuyên mục|chủ đề|loại)|mới(?: hơn| nhất| đăng)?|cũ(?: hơn)?|đã đưa|đã đăng|"
    r"trước|sau|kế tiếp|nổi bật|đọc nhiều|xem nhiều|nóng|tiếp theo)\b.{0,40}$"
    r"|(?:có )?liên quan\W*$|cùng (?:chuyên mục|chủ đề)\W*$|có thể bạn quan tâm|xem thêm trong mục|mới nhất từ"
    r"|(?:đọc thêm|xem tiếp)\W*$|related (?:posts|articles)|leave a (?:reply|comment)"
    r"|(?:\d+ )?(?:ý kiến|bình luận|nhận xét)(?: bạn đọc| của bạn| về .*)?\W*(?:\(\d+\))?\W*$"
    r"|(?:gửi|viết|để lại)(?: một)? (?:bình luận|ý kiến))",
    re.IGNORECASE,
)
# What follows a text on every page of a site; some of it may stand above a text too.
FOOT = re.compile(
    r"^\W*(?:tổng số điểm của bài viết|click để đánh giá|đánh giá (?:bài viết|mục này)|(?:tags?|từ khóa|nhãn)\s*(?::|$)"
    r"|bản quyền (?:thuộc|©|của)|copyright|©|chịu trách nhiệm (?:nội dung|chính|xuất bản)|thiết kế (?:bởi|và)\b"
    r"|cơ quan chủ quản|ghi rõ nguồn|được (?:tạo|cung cấp) bởi|thư viện (?:ảnh|video)\W*$|lượt truy cập"
    r"|thống kê truy cập|thăm dò ý kiến|liên kết (?:website|web)|tác giả bài viết|trang web (?:này sử dụng cookie|do\b)"
    r"|powered by|this (?:site|website) uses cookies)",
    re.IGNORECASE,
)
BUTTONS = re.compile(
    r"^\W*(?:quay lại|trở (?:về|lại)|về (?:đầu trang|trang)|in (?:bài|trang|tin)|chia sẻ|gửi (?:email|bạn bè|cho)|"
    r"bài (?:trước|sau|tiếp theo)|previous|next)\b",
    re.IGNORECASE,
)
CONTACTS = re.compile(r"^\W*(?:địa chỉ|điện thoại|hotline|email|website|fax|đt|tel)\s*:", re.IGNORECASE)
LABELS = re.compile(
    r"^\W*(?:bạn đang (?:ở|xem|truy cập)|(?:được |ngày )?đăng(?: lúc| ngày| bởi)?\s*:|cập nhật\s*:|chia sẻ\b|"
    r"(?:số )?lượt (?:xem|đọc|truy)|đã xem|số (?:lượt|người|khách)[^.]*:|cỡ chữ|a[-+]|in bài|email\W*$|"
    r"facebook|zalo|tweet|"
    r"(?:đang|tổng|hôm nay|hôm qua|tháng (?:này|hiện tại|trước))(?: (?:truy cập|số|lượt)[^:]*)?\s*:|trang chủ|"
    r"đăng nhập|chuyên mục\s*:|chi tiết\W*$|được đăng trong|đọc lần|sửa lần cuối|tăng tương phản|(?:xem|đọc) thêm\b|"
    r"nghe đọc bài)|^[\d\s./:,()|-]+$",
    re.IGNORECASE,
)
NOTICES = re.compile(
    r"^\W*(?:trình duyệt của bạn|website chỉ làm việc|"
    r"chào mừng (?:quý|bạn|các bạn).{0,60}(?:cổng|trang (?:thông )?tin))",
    re.IGNORECASE,
)
