"""Why a link is no story, in words for the school."""

from collections.abc import Mapping

NO_STORY: Mapping[str, str] = {
    "homepage": "liên kết mở ra trang chủ của website, không phải một bài viết cụ thể",
    "listing": "liên kết mở ra trang danh sách tin, không phải một bài viết cụ thể",
    "login": "trang yêu cầu đăng nhập mới xem được",
    "not_found": "website báo bài viết không tồn tại hoặc đã bị gỡ",
    "challenge": "website chặn truy cập tự động nên chưa đọc được bài",
    "empty": "trang mở được nhưng không có nội dung bài viết",
    "document": "liên kết mở ra một tệp văn bản, không phải trang bài viết",
}
NOT_READ_BY_US = "hệ thống chưa đọc được trang này"
NOT_READ = "not_read"  # the flag of a story that the board has to open itself, by a fault of ours
