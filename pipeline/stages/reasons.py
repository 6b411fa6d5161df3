"""Why a link is no story, and what a school can do about it: in words that teach. Tables only."""

from collections.abc import Mapping

from ingest.failures import Failure

NO_STORY: Mapping[str, str] = {
    "homepage": "chỉ là trang chủ của website, chưa phải đường dẫn tới một bài viết",
    "listing": "là trang danh sách tin, chưa phải đường dẫn tới một bài viết",
    "login": "trang cần đăng nhập mới xem được",
    "not_found": "trang không tồn tại hoặc đã bị gỡ",
    "challenge": "website chặn truy cập tự động nên chưa đọc được bài",
    "empty": "trang mở được nhưng không có nội dung bài viết",
    "document": "liên kết mở ra một tệp văn bản, không phải trang bài viết",
}
SOCIAL_POST = "bài trên {site}, hệ thống không đọc được nội dung"
SOCIAL_PAGE = "chỉ là trang {site}, chưa phải một bài viết"
FILE_AT = "liên kết tới {site}: không phải bài viết"
FILE = "liên kết tới một tệp, không phải trang bài viết"

# What a service is called, by the host of the link or a domain above it.
SITES: Mapping[str, str] = {
    "facebook.com": "Facebook",
    "fb.com": "Facebook",
    "fb.me": "Facebook",
    "fb.watch": "Facebook",
    "messenger.com": "Facebook",
    "instagram.com": "Instagram",
    "zalo.me": "Zalo",
    "zaloapp.com": "Zalo",
    "tiktok.com": "TikTok",
    "youtube.com": "video YouTube",
    "youtu.be": "video YouTube",
    "drive.google.com": "tệp Google Drive",
    "docs.google.com": "tệp Google Drive",
    "photos.google.com": "thư viện ảnh Google Photos",
    "photos.app.goo.gl": "thư viện ảnh Google Photos",
    "forms.gle": "biểu mẫu Google",
    "onedrive.live.com": "tệp OneDrive",
    "1drv.ms": "tệp OneDrive",
    "sharepoint.com": "tệp OneDrive",
    "dropbox.com": "tệp Dropbox",
    "canva.com": "thiết kế Canva",
}
SOCIAL_NETWORK, FILE_SERVICE = "mạng xã hội", "tệp trên kho lưu trữ"  # of hosts that have no name here

SEND_TEXT = "Xin gửi kèm nội dung bài trong thư trả lời, hoặc đường dẫn bài trên website của trường"
PUT_ON_SITE = "Xin đăng bài lên website của trường rồi gửi đường dẫn tới bài"
OPEN_STORY = "Xin mở bài viết trên website rồi gửi đường dẫn hiện ở thanh địa chỉ của trình duyệt"
MAKE_PUBLIC = "Xin để trang ở chế độ ai cũng xem được, hoặc gửi đường dẫn khác không cần đăng nhập"
SEND_RIGHT_LINK = "Xin kiểm tra và gửi lại đường dẫn đúng"
CHECK_SITE = "Xin kiểm tra website và gửi lại đường dẫn mở được từ Internet"

ADVICE: Mapping[str, str] = {
    NO_STORY["homepage"]: OPEN_STORY,
    NO_STORY["listing"]: OPEN_STORY,
    NO_STORY["login"]: MAKE_PUBLIC,
    Failure.NEEDS_LOGIN.reason: MAKE_PUBLIC,
    Failure.FORBIDDEN.reason: MAKE_PUBLIC,
    NO_STORY["not_found"]: SEND_RIGHT_LINK,
    Failure.NOT_FOUND.reason: SEND_RIGHT_LINK,
    Failure.GONE.reason: SEND_RIGHT_LINK,
    NO_STORY["document"]: PUT_ON_SITE,
    Failure.NOT_A_PAGE.reason: PUT_ON_SITE,
    NO_STORY["empty"]: SEND_RIGHT_LINK,
}
NOT_READ_BY_US = "hệ thống chưa đọc được trang này"
NOT_READ = "not_read"  # the flag of a story that the board has to open itself, by a fault of ours


def site_of(host: str, otherwise: str) -> str:
    """What people call the service at this host."""
    labels = host.split(".")
    above = (".".join(labels[start:]) for start in range(len(labels)))
    return next((SITES[domain] for domain in above if domain in SITES), otherwise)
