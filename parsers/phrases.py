"""The phrases by which a clerk tells one kind of mail from another: literal tables, nothing else.

Matched by whole syllables with `parsers.words.Words`, with marks, or without where the writer used none. Incident words
are not here: they are the office's own list.
"""


def _table(phrases: str) -> tuple[str, ...]:
    return tuple(phrase.strip() for phrase in phrases.replace("\n", " ").split(",") if phrase.strip())


OFFERS = _table("""
    tin bài, link bài, bài viết, gửi bài, gửi tin, gửi link, gửi lại link, nộp bài, nộp link, link tin, nộp tin,
    bài tuần, link tuần, đường dẫn, đường link, đăng bài, tin tuần, bài tiêu biểu, link web
""")
# Says that something is being handed in, not only spoken of.
SUBMITS = _table("""
    gửi bài, gửi tin, gửi link, gửi lại, xin gửi, nộp bài, nộp link, nộp tin, gửi đường dẫn, gửi các bài,
    gửi kèm, gửi thêm
""")
CORRECTIONS = _table("""
    gửi lại link đúng, link đúng, đính chính, link trước bị lỗi, link bị lỗi, link lỗi, link cũ, link sai, sai
    link, nhầm link, gửi nhầm, link nhầm, bị nhầm, thay thế link, thay link, thay cho link, thay thế cho, thay
    bằng link, sửa link, sửa lại link, cập nhật lại link, đường dẫn đúng, đường dẫn trước, link trước, xin rút
    bài, xin gỡ bài, xin thay, gửi sai, link mới thay
""")
QUESTIONS = _table("""
    xin hỏi, cho hỏi, cho em hỏi, cho trường hỏi, hỏi về, muốn hỏi, nhờ hướng dẫn, xin hướng dẫn, đề nghị hướng
    dẫn, được hướng dẫn, xin ý kiến, có được không, có đúng không, thế nào ạ, như thế nào, bao giờ, khi nào, vì
    sao, tại sao, chưa thấy, được không ạ, xin được hỏi, xin tư vấn
""")
THANKS = _table("""
    cảm ơn, cám ơn, dạ vâng, vâng ạ, đã nhận được, xin tiếp thu, nhà trường đã nhận, trường đã nhận, đã rõ, xin
    ghi nhận, thanks, thank you
""")
EXCUSES = _table("""
    không có bài, chưa có bài, chưa có tin, không có tin, xin phép, xin lùi, gửi muộn, gửi sau, xin gia hạn, xin
    khất, xin chậm, chưa gửi được
""")
INVITATIONS = _table("""
    giấy mời, thư mời, kính mời, trân trọng kính mời, mời dự, xin mời, mời tham dự
""")
HURRY = _table("""
    khẩn, hỏa tốc, báo cáo khẩn, báo cáo nhanh, thượng khẩn, gấp, rất gấp
""")
DEADLINES = _table("""
    hôm nay, trong ngày, trong sáng nay, trong chiều nay, chiều nay, sáng nay, gấp, khẩn, càng sớm càng tốt,
    ngay trong, trong vòng 24, trước 24h
""")
OPINION = _table("""
    dư luận, phản ánh, khoản thu, khiếu nại, tố cáo, đơn thư, kiến nghị
""")
COMPLAINTS = _table("""
    phản ánh, khiếu nại, tố cáo, đơn thư, kiến nghị, bức xúc, báo cáo, giải trình, lạm thu, dư luận
""")
GOOD_DEEDS = _table("""
    quyên góp, ủng hộ, thăm hỏi, trao tặng, chung tay, dũng cảm, cứu bạn, cứu người, kỹ năng, phòng tránh, phòng
    chống, tuyên truyền, tấm gương, người tốt việc tốt, nhân ái, sẻ chia, tập huấn, diễn tập
""")
# A parent speaks for a child, not for the school that is named.
PARENTS = _table("""
    con tôi, con em tôi, con trai tôi, con gái tôi, cháu nhà tôi, con chúng tôi, tôi là phụ huynh, em là phụ huynh,
    chúng tôi là phụ huynh, phụ huynh học sinh lớp, là cha mẹ học sinh
""")

PRESS = _table("""
    phóng viên, nhà báo, tòa soạn, ban biên tập báo, người phát ngôn, cung cấp thông tin, đề nghị phỏng vấn, xin
    phỏng vấn, phỏng vấn, báo chúng tôi, báo chí, đài truyền hình, đài phát thanh, tạp chí, thực hiện bài viết,
    thực hiện phóng sự, phản ánh của bạn đọc, bạn đọc phản ánh, giấy giới thiệu, lịch làm việc, xác minh thông
    tin, thông tin chính thức, phát ngôn, trả lời báo, phản hồi báo, phản ánh của phụ huynh
""")
SALES = _table("""
    báo giá, bảng giá, ưu đãi, khuyến mãi, khuyến mại, giảm giá, chiết khấu, gói dịch vụ, gói truyền thông, dịch
    vụ trọn gói, trọn gói, chúng tôi cung cấp, công ty chúng tôi, dùng thử, mua ngay, đặt hàng, hotline, đăng ký
    ngay, quý khách, hợp tác quảng cáo, đăng bài pr, quảng cáo, giá tốt, miễn phí tư vấn, khóa học, bản tin,
    newsletter, hội thảo trực tuyến miễn phí, chào hàng, chào giá, thiết kế website, tri ân khách hàng
""")
ACCOUNT_THREATS = _table("""
    hộp thư của bạn, hộp thư đã đầy, hộp thư đầy, dung lượng hộp thư, tài khoản của bạn, bị khóa, sắp bị khóa,
    tạm khóa, hết hạn mật khẩu, mật khẩu, ngừng hoạt động, vô hiệu hóa, xác minh tài khoản, xác thực tài khoản,
    nâng cấp hộp thư, truy cập trái phép, đăng nhập bất thường, bị đình chỉ, mailbox, quota, password, your
    account, suspended, mã otp, trúng thưởng, nhận thưởng, thẻ quà tặng, số dư tài khoản, bitcoin
""")
CALLS_TO_ACT = _table("""
    xác minh ngay, xác minh, xác thực, đăng nhập, bấm vào, nhấn vào, nhấp vào, click, kích hoạt, cập nhật ngay,
    verify, log in, login, trong 24h, trong vòng 24 giờ, mở tệp đính kèm
""")
