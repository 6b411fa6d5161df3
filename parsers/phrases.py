"""The phrases by which a clerk tells one kind of mail from another: literal tables, nothing else.

Matched by whole syllables with `parsers.words.Words`, with marks, or without where the writer used none. Incident words
are not here: they are the office's own list.
"""


def table(phrases: str) -> tuple[str, ...]:
    """Return the phrases of a table written as a text, divided by commas."""
    return tuple(phrase.strip() for phrase in phrases.replace("\n", " ").split(",") if phrase.strip())


OFFERS = table("""
    tin bài, link bài, bài viết, gửi bài, gửi tin, gửi link, gửi lại link, nộp bài, nộp link, link tin, nộp tin, bài
    tuần, link tuần, đường dẫn, đường link, đăng bài, tin tuần, bài tiêu biểu, link web, gửi bbt, gửi chị bài, bài
    của các bé, bài của trường, gửi phòng bài
""")
# Says that something is being handed in, not only spoken of.
SUBMITS = table("""
    gửi bài, gửi tin, gửi link, gửi lại, xin gửi, nộp bài, nộp link, nộp tin, gửi đường dẫn, gửi các bài, gửi kèm,
    gửi thêm, gửi lần nữa, gửi bbt, gửi ban biên tập bài, gửi chị bài, gửi anh chị bài, gửi phòng bài, gửi chị, gui
    chi bai, nộp bù, gửi bù
""")
CORRECTIONS = table("""
    gửi lại link đúng, link đúng, đính chính, link trước bị lỗi, link bị lỗi, link lỗi, link cũ, link sai, sai link,
    nhầm link, gửi nhầm, link nhầm, bị nhầm, thay thế link, thay link, thay cho link, thay thế cho, thay bằng link,
    sửa link, sửa lại link, gửi lại link mới, link cũ bị hỏng, sai tuần, nhầm tuần, bỏ bài, rút bài, sửa giúp, sửa
    lại giúp, nhờ bbt sửa, ghi nhầm, viết nhầm, ghi sai, viết sai, ghi thiếu, thay giúp trường link, tên bài đúng
    là, link này thay, lấy link này, thay thế giúp, thay giúp, hôm trước bị lỗi, cập nhật lại link, đường dẫn đúng,
    đường dẫn trước, link trước, xin rút bài, xin gỡ bài, xin thay, gửi sai, link mới thay, chỉnh giúp, chỉnh lại
    giúp, rút lại bài, đổi link, bị sai, không đăng nữa, bỏ giúp, chứ không phải tuần
""")
# Tells of a mistake that is none of the stories'.
MISHAPS = table("""
    lần trước, rút kinh nghiệm, hộp thư, sang mail, vào mail, địa chỉ mail
""")
QUESTIONS = table("""
    xin hỏi, cho hỏi, cho em hỏi, cho trường hỏi, hỏi về, muốn hỏi, nhờ hướng dẫn, xin hướng dẫn, đề nghị hướng dẫn,
    xin ý kiến, có được không, có đúng không, thế nào ạ, được không ạ, xin được hỏi, xin tư vấn, để được hướng dẫn,
    mong được hướng dẫn
""")
# Asks only where no story is at hand that it may be said of.
WONDERS = table("""
    như thế nào, bao giờ, khi nào, vì sao, tại sao, chưa thấy
""")
HELP = table("""
    xem giúp, kiểm tra giúp, hỗ trợ giúp, nhờ hỗ trợ, nhờ phòng, giúp đỡ
""")
THANKS = table("""
    cảm ơn, cám ơn, dạ vâng, vâng ạ, đã nhận được, xin tiếp thu, nhà trường đã nhận, trường đã nhận, đã rõ, xin ghi
    nhận, thanks, thank you, ok chị, ok anh, ok em, ok bbt, oke, vâng chị, vâng anh
""")
EXCUSES = table("""
    không có bài, chưa có bài, chưa có tin, không có tin, xin phép, xin lùi, gửi muộn, gửi sau, xin gia hạn, xin
    khất, xin chậm, chưa gửi được
""")
# To take a story down, or to put it up later.
REMOVALS = table("""
    gỡ bài, gỡ giúp, tạm gỡ, gỡ xuống, hoãn đăng, lùi đăng, chưa đăng, dừng đăng, không đăng bài, xin không đăng
""")
# Asked about reports in general.
FORMALITIES = table("""
    mẫu báo cáo, mẫu nào, theo mẫu, nộp báo cáo, ngày nào, ngày mấy, có phải báo cáo, hạn nộp, gửi qua, nộp ở đâu,
    hồ sơ, chế độ, thủ tục
""")
# How machines say that they are machines.
AUTOMATIC = table("""
    đây là thư trả lời tự động, đây là email trả lời tự động, đây là thư tự động, đây là email tự động, thư này được
    gửi tự động, email này được gửi tự động, tin nhắn tự động, thư tự động vui lòng không trả lời, vui lòng không
    trả lời thư này, vui lòng không trả lời email này, không trả lời thư này, out of office, out of the office,
    automated response, automated reply, automatic reply, auto reply, do not reply to this, đã được tạo với mã, yêu
    cầu hỗ trợ của bạn, cảm ơn bạn đã điền, phản hồi của bạn đã được ghi lại, sẽ trả lời khi trở về, thu tra loi tu
    dong, ticket, tôi đang nghỉ phép, tôi nghỉ phép từ, tôi vắng mặt, vắng mặt tại cơ quan, sẽ phản hồi sau
""")
GIFT_CARDS = table("""
    thẻ cào, thẻ quà tặng, thẻ nạp, gift card, google play, itunes
""")
FAVOURS = table("""
    mua giúp, mua hộ, chụp mã, gửi mã, nạp giúp, đang họp, rảnh không, đừng nói với ai, scratch
""")
INVITATIONS = table("""
    giấy mời, thư mời, kính mời, trân trọng kính mời, mời dự, xin mời, mời tham dự
""")
HURRY = table("""
    khẩn, hỏa tốc, báo cáo khẩn, báo cáo nhanh, thượng khẩn, gấp, rất gấp
""")
ALARM = table("""
    khẩn, hỏa tốc, thượng khẩn, báo cáo khẩn, khẩn cấp, cấp báo
""")
DEADLINES = table("""
    hôm nay, trong ngày, trong sáng nay, trong chiều nay, chiều nay, sáng nay, gấp, khẩn, càng sớm càng tốt, ngay
    trong, trong vòng 24, trước 24h
""")
GOOD_DEEDS = table("""
    quyên góp, ủng hộ, thăm hỏi, trao tặng, chung tay, dũng cảm, cứu bạn, cứu người, kỹ năng, phòng tránh, phòng
    chống, tuyên truyền, tấm gương, người tốt việc tốt, nhân ái, sẻ chia, tập huấn, diễn tập
""")
# Somebody says where he belongs.
INTRODUCTIONS = table("""
    em là, tôi là, mình là, bên em, trường em, em ở trường, tôi ở trường, phụ trách, công tác tại, giáo viên trường, gv
    trường, văn thư trường, phần truyền thông, tổng phụ trách, em bên, thay mặt
""")
# A parent speaks for a child, not for the school that is named.
PARENTS = table("""
    con tôi, con em tôi, con trai tôi, con gái tôi, cháu nhà tôi, con chúng tôi, tôi là phụ huynh, em là phụ huynh,
    chúng tôi là phụ huynh, phụ huynh học sinh lớp, là cha mẹ học sinh
""")

JOURNALISTS = table("""
    phóng viên, nhà báo, tòa soạn, ban biên tập báo, báo chúng tôi, đài truyền hình, đài phát thanh, tạp chí, ban
    bạn đọc, giấy giới thiệu, chuyên trang, thời sự, btv, journalist, reporter, newspaper, media, our paper, tv
    channel, bên báo, của báo, báo điện tử, báo an ninh, báo giáo dục, báo tuổi trẻ, báo thanh niên, báo lao động,
    báo tiền phong, vtv, vnexpress, dân trí, kênh truyền hình, biên tập viên, tuyến bài, pv, thông tấn, news agency,
    reuters
""")
JOURNALISTS_ASK = table("""
    cung cấp thông tin, phỏng vấn, thực hiện bài viết, thực hiện phóng sự, viết bài, đang viết, phản ánh của bạn
    đọc, bạn đọc phản ánh, đơn của, lịch làm việc, xác minh, thông tin chính thức, phát ngôn, trả lời, phản hồi,
    phản ánh, quay hình, ghi hình, xác nhận, lên trang, lên bài, đăng tải, trước khi đăng, comment, interview,
    confirm, spokesperson, article, statement, deadline, trao đổi
""")
SALES = table("""
    báo giá, bảng giá, ưu đãi, khuyến mãi, khuyến mại, giảm giá, chiết khấu, gói dịch vụ, gói truyền thông, dịch vụ
    trọn gói, trọn gói, chúng tôi cung cấp, công ty chúng tôi, công ty, dùng thử, mua ngay, đặt hàng, hotline, đăng
    ký ngay, quý khách, hợp tác quảng cáo, đăng bài pr, quảng cáo, giá tốt, miễn phí tư vấn, tư vấn miễn phí, khóa
    học, bản tin, newsletter, hội thảo trực tuyến miễn phí, chào hàng, chào giá, thiết kế website, tri ân khách
    hàng, giải pháp, giá xưởng, giao hàng, giao hàng toàn quốc, mong muốn hợp tác, mời hợp tác, học bổng, hủy đăng
    ký, đăng ký nhận tin, nhận tin, unsubscribe, special offer, discount, off, seo, triệu buổi, khai trương, mức
    đóng góp, quyền lợi, triệu đồng, đăng ký trước, trang màu, tài trợ, nhà tài trợ, gói tài trợ, giá chỉ, miễn phí
    vận chuyển, chuyên cung cấp, bảo hành, nhận báo giá, mời quý trường, giá từ, bên em chuyên
""")
ACCOUNT_THREATS = table("""
    hộp thư của bạn, hộp thư đã đầy, hộp thư đầy, dung lượng hộp thư, tài khoản của bạn, bị khóa, sắp bị khóa, tạm
    khóa, hết hạn mật khẩu, mật khẩu, ngừng hoạt động, vô hiệu hóa, xác minh tài khoản, xác thực tài khoản, nâng cấp
    hộp thư, truy cập trái phép, đăng nhập bất thường, bị đình chỉ, mailbox, quota, password, your account,
    suspended, mã otp, otp, trúng thưởng, nhận thưởng, thẻ quà tặng, số dư tài khoản, bitcoin, tài khoản định danh,
    vneid, bhxh, trợ cấp, hoàn thuế, hoàn tiền, số tài khoản, giao dịch lạ, triệu tập, giấy triệu tập, vụ án, rửa
    tiền, bắt tạm giam, sẽ bị bắt, hóa đơn quá hạn, quá hạn, chuyển khoản, you have won, lottery, prize, bank
    account, sign in activity, unusual, verify your, storage, vay tiền, lãi suất, giải ngân, thế chấp, hết hạn hôm
    nay, phạt nguội, danh tính, đăng nhập lạ, xử phạt, customs fee, parcel, đăng nhập email, đã chia sẻ tệp, will
    expire, expire, tiền điện, cắt điện, nợ tiền, bảng lương, phí hồ sơ
""")
CALLS_TO_ACT = table("""
    xác minh ngay, xác minh, xác thực, đăng nhập, bấm vào, bấm nút, nhấn vào, nhấp vào, bấm, click, kích hoạt, cập
    nhật ngay, verify, log in, login, trong 24h, trong vòng 24 giờ, mở tệp đính kèm, truy cập, nhập mã, nhập số,
    khai báo, tải và mở, mở tại, mở hồ sơ, mở file, upgrade, claim, send your, để nhận tiền, trong 30 phút, trong
    ngày, trong hôm nay, nộp tiền, nộp phí, thanh toán ngay, thanh toán, pay, keep your, để xem, xem chi tiết
""")
