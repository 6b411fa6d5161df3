"""What an address can be by its shape alone, on the platforms of schools and elsewhere; each word is a rule."""

import pytest

from parsers.link_roles import is_doubtful, shape_of

SITE = "https://c1kimdong.giangvo.example"
ON_A_SCHOOLS_SITE = {
    "article": """
        /tin-tuc-su-kien/x-y-z-pmtd22sw1466 /chi-tiet/abc-pmtd22sw4487 /-pmtd22sw12 /hoat-dong/slug-bai/ct/12/345
        /hoat-dong/slug-bai/ctfull/12/345 /hoat-dong/slug/ctmb/2/33 /news/hoat-dong/hoi-thi-151.html
        /thcs-abc/tin-tuc/id/194687/le-khai-giang.aspx /index.php?chucnang=view_chitiet&chudecode=4&baivietcode=6698
        /articledetail.aspx?sitepageid=575&articleid=566 /index.php?option=com_content&view=article&id=12&Itemid=5
        /component/k2/item/141-quy-%C4%91inh /?p=123 /ngay-hoi-doc-sach-2026/ /2026/11/24/ngay-hoi/ /2026/11/be-vui.html
        /-/journal_content/56_INSTANCE_x/10180/701547 /web/th/-/asset_publisher/abc/content/le-khai-giang /node/12
        /node/1234 /tin-tuc.aspx?ItemID=123 /default.aspx?ItemID=55 /NewsDetail.aspx?id=12 /tin-tuc/1234
        /tin-tuc/khai-giang /tin-tuc/be-vui-trung-thu.html /index.php?language=vi&nv=news&op=hoat-dong/ngay-hoi-stem-151
        /#/tin-tuc/123 /#!bai-viet/12 /bai-viet/123 /post/le-khai-giang-nam-hoc /hoat-dong-cua-be/be-lam-banh
        /index.php/vi/tin/bai-viet-ve-truong /?page_id=12&p=3 /hoat-dong-ngoai-khoa-chao-mung-ngay-20-11
        /chuyen-de-cap-truong-mon-toan /van-ban/thong-bao-tuyen-sinh-lop-1-nam-hoc-2026-2027
        /tin-tuc/tin-tuc-su-kien-123.html /index.php?id=123 /xem-tin.php?tin=45 /view.php?news=12
        /hoi-thi-giao-vien-gioi /entry/show/entry_id/123 /vi/news/ngay-hoi-stem-12.html /wp/?p=55 /article/123
        /tin-tuc?id=77 /tin/2026/11/abc-def-ghi /Default.aspx?tabid=99&ArticleID=3 /?newsid=4&catid=2
        /su-kien/ngay-20-11 /tin-tuc/tet
    """,
    "listing": """
        /tin-tuc-su-kien /tin-tuc-su-kien/ /tin-tuc-su-kien?page=2 /tin-tuc.html /tin-tuc.aspx /thcs-abc/tin-tuc.aspx
        /index.php?chucnang=view_chude&chudecode=4 /articlelist.aspx?sitepageid=575 /default.aspx?tabid=12
        /index.php?option=com_content&view=category&id=12 /index.php?option=com_content&view=featured&Itemid=101
        /category/tin-tuc/ /tag/ban-tru/ /author/admin/ /page/2/ /?cat=3 /?s=abc /?m=201611 /2026/11/ /feed/ /rss/
        /taxonomy/term/3 /search/label/tin /search?q=a /tim-kiem?keyword=x /hoat-dong/doan-doi /hoat-dong-doan-doi.html
        /tin-tuc/c/123 /index.php?nv=news /index.php?language=vi&nv=contact /lien-he /gioi-thieu /lich-cong-tac-tuan
        /ke-hoach /thuc-don /news /news/hoat-dong-day-hoc/ /chuyen-muc/abc-def-ghi /danh-muc/12 /?page=3
        /tin-tuc/hoat-dong-chuyen-mon.html /sitemap.xml /ba-cong-khai /tin-tuc?page=3&catid=2 /hoat-dong-chuyen-mon/
        /co-cau-to-chuc /so-do
    """,
    "homepage": """
        / /index.html /index.php /trang-chu /Default.aspx /home /vi /vi/ /index.php?fbclid= /?lang=vi /#top
        /trang-chu.html /home.aspx /web/guest/home
    """,
    "asset": """
        /UploadFinder/images/2026/a.jpg /UploadFile/Images/2026/x.png /savefile/cat/slug-151.html
        /wp-content/uploads/2026/11/x.jpg /uploads/news/2026_11/x.doc /van-ban/kh.pdf /anh.JPG?w=300 /dang-nhap
        /wp-login.php /user/login /download/123 /files/kh.xlsx
    """,
}
ELSEWHERE = {
    "social": """
        https://www.facebook.com/share/p/1AbC/ https://www.facebook.com/share/1AbC/
        https://www.facebook.com/share/v/1AbC/ https://www.facebook.com/share/r/1AbC
        https://www.facebook.com/groups/badinhedu/posts/123/ https://www.facebook.com/groups/badinhedu/permalink/123/
        https://www.facebook.com/permalink.php?story_fbid=pfbid0&id=2 https://m.facebook.com/story.php?story_fbid=1&id=2
        https://www.facebook.com/photo/?fbid=123&set=a.1 https://www.facebook.com/photo.php?fbid=123
        https://www.facebook.com/thkd/photos/a.1/2 https://www.facebook.com/thkd/videos/123/
        https://www.facebook.com/watch/?v=123 https://www.facebook.com/reel/123 https://www.facebook.com/stories/123/abc
        https://fb.watch/abc/ https://www.facebook.com/thkd/posts/pfbid0abc
        https://www.facebook.com/media/set/?set=a.1&type=3 https://www.facebook.com/100064/posts/123
        https://www.tiktok.com/@x/video/123 https://vt.tiktok.com/ZS1/ https://www.tiktok.com/t/ZT1/
        https://www.instagram.com/p/Ab/ https://www.instagram.com/reel/Ab/ https://x.com/a/status/1
        https://www.threads.net/@a/post/Ab https://rd.zapps.vn/detail/123?id=ab https://www.facebook.com/share/post/1/
    """,
    "homepage": """
        https://www.facebook.com/thkimdong https://www.facebook.com/profile.php?id=1000
        https://www.facebook.com/people/Truong/1000/ https://www.facebook.com/pages/Truong-TH/1234
        https://www.facebook.com/groups/badinhedu https://www.facebook.com/thkd/photos
        https://www.facebook.com/thkd/videos/ https://www.facebook.com/watch/ https://zalo.me/024123
        https://zalo.me/g/abc https://m.me/x https://www.tiktok.com/@x https://www.instagram.com/x/
        https://www.facebook.com/share/g/1ab/ https://www.facebook.com/ https://fb.com/badinhedu
        https://sites.google.com/view/thkimdong https://sites.google.com/view/thkimdong/home
        https://sites.google.com/view/thkimdong/trang-ch%E1%BB%A7 https://bit.ly/ https://www.facebook.com/thkd/about
        https://www.facebook.com/hashtag/abc https://www.facebook.com/thkd/posts/
        https://www.facebook.com/groups/badinhedu/
    """,
    "asset": """
        https://youtu.be/a https://www.youtube.com/watch?v=1 https://www.youtube.com/@x
        https://drive.google.com/file/d/1/view https://docs.google.com/document/d/1/edit https://photos.app.goo.gl/x
        https://forms.gle/x https://lh3.googleusercontent.com/x https://1drv.ms/x https://truong.sharepoint.com/x
        https://www.canva.com/design/x https://padlet.com/x https://maps.app.goo.gl/x https://www.avast.com/sig-email
        https://aka.ms/o0ukef https://zoom.us/j/1 https://azota.vn/x https://view.officeapps.live.com/op/view.aspx?src=x
    """,
    "article": """
        https://bit.ly/3x https://tinyurl.com/a https://sites.google.com/view/thkimdong/ngay-hoi-stem
        https://sites.google.com/view/thkimdong/tin-tuc/ngay-hoi-stem
        https://baochi.vn/giao-duc/truong-kim-dong-doi-moi-20261124.htm
        https://vnexpress.net/truong-kim-dong-4567890.html https://hanoimoi.vn/abc-def-ghi-123.html
    """,
    "listing": """
        https://sites.google.com/view/thkimdong/tin-tuc https://sites.google.com/view/thkimdong/hoạt-động
    """,
}


def _rows(table: dict[str, str], before: str = "") -> list[tuple[str, str]]:
    return [(f"{before}{address}", role) for role, addresses in table.items() for address in addresses.split()]


@pytest.mark.parametrize(("url", "role"), [*_rows(ON_A_SCHOOLS_SITE, SITE), *_rows(ELSEWHERE), (SITE, "homepage")])
def test_the_shape_of_an_address_tells_what_it_can_be(url: str, role: str) -> None:
    assert shape_of(url) == role


@pytest.mark.parametrize(
    ("path", "doubtful"), [("/khai-giang", True), ("/tin-tuc", False), ("/khai-giang?page=2", False), ("/tag/x", False)]
)
def test_a_short_name_that_is_no_category_is_left_to_the_words_beside_it(path: str, *, doubtful: bool) -> None:
    assert (shape_of(SITE + path), is_doubtful(SITE + path)) == ("listing", doubtful)


@pytest.mark.parametrize(
    "url", ["http://[::1", "https://", "", "https://x.example/%ff", "https://x.example/?" + "a&" * 5000]
)
def test_no_address_is_too_broken_to_have_a_shape(url: str) -> None:
    assert shape_of(url) in ("article", "homepage", "listing", "asset")
