"""The phrases by which a clerk tells a report of something that happened from talk about such things: literal tables.

Matched as in `parsers.phrases`. What may have happened is not here: that is the office's own list.
"""

from parsers.phrases import table

# A sentence with one of these speaks of a danger, of help or of remembrance; it reports nothing.
ABOUT = table("""
    phòng chống, phòng tránh, phòng ngừa, phòng cháy, tuyên truyền, tập huấn, diễn tập, cháy giả định, tình huống
    giả định, phương án giả định, tình huống, kỹ năng, chuyên đề, hội thi, cuộc thi, ngoại khóa, dự án, tìm hiểu, xử
    trí, quyên góp, ủng hộ, trao quà, thăm hỏi, chia buồn, tưởng niệm, tưởng nhớ, tri ân, biểu dương, tuyên dương,
    tấm gương, dũng cảm, nhặt được, cứu bạn, nhận biết, sơ cấp cứu, thoát hiểm, thoát nạn, tiểu phẩm, phiên tòa, kể
    chuyện, phổ biến, nói không với, giấy khen, dự thi, đạt giải, bài học, tọa đàm, hội thảo, bài viết về, câu
    chuyện, phát động, phong trào, trò chơi, giải chạy, chung tay, nhân ái, an toàn cho, cựu học sinh, năm xưa, tặng
    quà, hiến máu, chúc mừng, hội thao, ngày hội, tuần lễ, tháng hành động, triển lãm, thuyết trình, sân khấu hóa,
    vở kịch, đóng vai, sắm vai, thi tìm hiểu, vượt khó, trao học bổng, giúp bạn, viếng, nghĩa trang, liệt sĩ, dâng
    hương, kỷ niệm, bộ phim, cuốn sách, bài thơ, lan tỏa, sơ cứu khi, sơ cứu ban đầu, kỹ năng sơ cứu, hướng dẫn học
    sinh, hướng dẫn kỹ năng, hướng dẫn các em, hướng dẫn cách, hướng dẫn thoát, hướng dẫn bé, ký cam kết
""")
# What is only supposed, or asked about, has not happened.
SUPPOSED = table("""
    nếu, nếu có, khi có, khi xảy ra, trường hợp có, trong trường hợp, giả sử, phải làm gì, mẫu nào, theo mẫu, mẫu
    báo cáo
""")
WHEN = table("""
    sáng nay, trưa nay, chiều nay, tối nay, hôm nay, hôm qua, sáng qua, chiều qua, trưa qua, tối qua, đêm qua, vừa
    xong, vừa qua, vừa rồi, giờ ra chơi, tan học, trong giờ, ban đêm, đêm ngày, từ tối, hiện nay, hiện đang, hiện,
    đến nay, tuần qua, từ thứ, sau bữa, trong bữa, nhiều lần, bây giờ
""")
DONE_ABOUT_IT = table("""
    đã đưa, đưa đi, đưa cháu, đưa em, đã gọi, đã báo, báo công an, trình báo, đã trình, công an phường, công an
    đang, lập biên bản, sơ tán, khống chế, gia đình đã, gia đình em, gia đình đang, gia đình đón, bác sĩ, đã tỉnh,
    đang nằm, điều trị, theo dõi, xin báo cáo, báo cáo nhanh, báo cáo tiếp, kính báo cáo, trường báo cáo, chỉ đạo,
    cho ý kiến, tường trình, thu giữ, niêm phong, xác minh, làm rõ, báo tiếp, bc tiep sau, thông tin nhanh, xin
    phép, xin lùi, xin khất, đã mời, làm việc với, phối hợp, tạm khóa, tạm nghỉ, đã xử lý, hòa giải, khắc phục, đề
    nghị phòng, đề nghị làm rõ, cầu cứu, hỗ trợ
""")
# Doctors or the police were needed.
HANDLED = table("""
    đã đưa, đưa đi cấp cứu, đưa đi viện, đưa đi bệnh viện, đang cấp cứu, đã gọi 115, báo công an, trình báo, tử vong,
    nhập viện
""")
PEOPLE = table("""
    cháu, em, học sinh, hs, trẻ, con tôi, con gái tôi, con trai tôi, cô giáo, thầy giáo, giáo viên, thầy, cô, phụ
    huynh, nhân viên, bảo vệ, hiệu trưởng, kế toán, hoc sinh, chau, nguoi
""")
# What a report is called; alone it reports nothing, but beside "nothing happened" it makes a nil report.
REPORTS = table("""
    báo cáo, dư luận, vụ việc, tình hình, antt, an ninh, dịch bệnh, attp, bc, đơn thư
""")
# Begins to tell of something else than the stories the mail brings.
BESIDES = table("""
    ngoài ra, xin báo cáo, báo cáo thêm, nhân đây, tiện đây, đồng thời báo cáo, báo cáo phòng, việc cần báo, cần
    báo, báo thêm, xin thông tin thêm, một việc khác, việc khác, nắm tình hình, để phòng nắm
""")
# What a report on the public's opinion is called.
OF_OPINION = table("""
    dư luận, đơn thư, ý kiến phụ huynh, ý kiến cha mẹ
""")
