"""Whether a few words beside a link read like the headline of a story, and which of them are the headline.

Labels, numbers and quotation marks around it are cut off. Greetings, requests, names of schools and of people, dates
and weeks are no headlines. When in doubt there is none, because the page has the real one.
"""

import re

from parsers.words import fold

__all__ = ["headline", "is_label_only", "is_meta_line"]

SHORTEST, LONGEST = 3, 45  # syllables of a headline

_ADDRESS = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_NUMBERING = re.compile(
    r"^\s*(?:[-+*•–●►✓>]+|\(?\d{1,2}\s?[.)/:-]|(?:bài|tin|bai)\s+(?:(?:số|thứ|so)\s+)?\d{1,2}\s*[.:)/–-])\s*",
    re.IGNORECASE,
)
# "Trường … gửi bài: <title>": what stands before the last colon introduces the title.
_LEAD_IN = re.compile(
    r"^.{0,160}?(?:gửi|nộp|gui|nop|đăng|dang|tiêu đề|tieu de|tên bài|ten bai|bài|bai|tin|link)\b"
    r"(?! (?:tặng|trao|học|hát|thơ|ca|giảng))[^:]{0,80}:\s*",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"[\s(\[–>;,|-]*(?:(?:link|đường dẫn|duong dan|xem|chi tiết|địa chỉ|url|web|website|bài viết)\b[^:]{0,25}:"
    r"|(?:xem )?(?:chi tiết )?(?:tại|tai)(?: đây)?\s*:?)\s*$",
    re.IGNORECASE,
)
_LABEL_END = re.compile(r"(?::|tại|tai|đây)\s*$", re.IGNORECASE)  # every label ends so, few headlines do
_NAMED = re.compile(
    r"(?:bài(?: viết)?|tin(?: bài)?|tiêu đề|tên bài|nhan đề|bai(?: viet)?|tieu de)\s*(?:(?:số|so)?\s*\d{1,2}\s*)?:?\s*"
    r"[“\"«‘']([^“”\"«»]{8,300})[”\"»’']",
    re.IGNORECASE,
)
_META = re.compile(
    r"(?:ngày|thời gian|tác giả|người (?:viết|đăng|gửi)|chuyên mục|đăng (?:ngày|lúc)|nguồn|tuần|lĩnh vực)\b[^:]{0,20}:",
    re.IGNORECASE,
)
_NO_TITLE = re.compile(
    r"kinh (?:gui|thua|mong|de nghi|chuyen|bao)|da[ ,]|em gui|(?:nha )?truong\b.*\b(?:gui(?! tang| trao)|nop|bao cao"
    r"|bo sung)"
    r"|gui (?!tang|trao|yeu|loi)|link|duong (?:dan|link)|bai viet$|xem|bam|click|tai day|chi tiet|tran trong"
    r"|(?:xin |chan thanh )*cam on(?:$| phong| ban| anh| chi| quy| nhieu| rat| a\b)|xin |website|fanpage|facebook"
    r"|(?:video|clip|anh|hinh anh|file|nguon)(?: \w+){0,3}$|hoac|nguoi (?:gui|viet|dang|lap)|tu:|from:|subject:"
    r"|chu de:|to:|date:|vao |on |stt\b|tuan (?:thu )?\d+|bai (?:(?:so |thu )?\w{1,4}$|\d+)|tin bai|ngay \d"
    r"|thang \d|dang (?:ngay|luc|tren)"
    r"|d(?:ien )?t(?:hoai)?:|sdt|email|cac (?:bai|tin|link)|danh sach"
)
_STATEMENT = re.compile(
    r"\bgui\b(?! (?:tang|trao|yeu|loi|thong diep))|\b(?:xin gui|kinh (?:de nghi|mong)|dang loi|chua nhan|xem xet"
    r"|duong (?:dan|link)|dang tai|duyet bai|phan hoi|giup (?:em|truong|toi)|nhu sau|sau day|tren (?:web|website|trang)"
    r"|da dang|vui long|cho em|nhan duoc|ben (?:em|minh|toi)|truong (?:em|minh|toi)|may bai"
    r"|chuc (?:bbt|phong|ban|anh|chi)"
    r"|em (?:de|xin|nop|dinh kem))\b"
)
_SCHOOL = re.compile(
    r"(?:truong )?(?:th|tieu hoc|thcs|trung hoc co so|mn|mam non|mg|mau giao|th (?:va )?thcs|thpt)\b((?: \w+){0,5}?)"
    r"(?: (?:quan|phuong|tp|thanh pho|q|p)(?: \w+){1,4})?"
)
_TRIMMED = " \t:;,-–—*_|\u200b"
_ARROW = re.compile(r"(?<![-=>\s])\s*[-=>]*+(?<=>)\s*$")
_OPENING, _CLOSING = "([<{«“", ")]>}»”"
_NOUN = re.compile(r"(?:(?:và|thêm|còn|va|them)\s+)?(?:bài|tin|bai)(?:\s+vi[ếe]t)?\s+")
_TWO_SENTENCES = re.compile(  # not "TP. Hà Nội", "ThS. Lan"
    r"(?:\w{4,}|(?<!\w)[a-zà-ỹđ]{3,})[.!?]\s+[^\W\d_]"
)
_UNENDED = re.compile(  # with marks: without them "từ" would also end "điện tử"
    r" (?:ở|là|như|của|và|cho|với|để|bằng|từ|các|những|về|gồm|nhận|có|được|nên|thì|trên|đã|đang|sẽ|ạ|nhé)$"
)
_QUOTES = "“”\"«»‘’'"


def headline(candidate: str) -> str | None:
    """Return the headline in these words, or None."""
    if named := _NAMED.search(candidate):
        return _judged(named[1].strip(_TRIMMED))
    text = _NUMBERING.sub("", candidate.strip())
    text = _without_label(text).strip() if not text.endswith("\t") else text
    if candidate.rstrip().endswith((",", "!")) or _ADDRESS.search(text):
        return None
    text = _without_noun(text)
    introduced = _LEAD_IN.sub("", text) if ":" in text else text
    return _judged(_bare(introduced)) or (_judged(_bare(text)) if introduced[:1].islower() else None)


def _bare(text: str) -> str:
    """Cut off what stands around a headline: signs, brackets and quotation marks that hold all of it, "và bài …"."""
    text = _ARROW.sub("", _without_label(text)).strip(_TRIMMED).removesuffix("./").strip()
    text = text.lstrip(_CLOSING).rstrip(_OPENING).strip(_TRIMMED)
    if text[:1] in _OPENING and text[-1:] in _CLOSING:
        text = text[1:-1]
    text = _without_noun(text)
    return _unquoted(text if text.endswith("..") else text.removesuffix("."))


def is_label_only(text: str) -> bool:
    """Tell whether these words before a link only number it or call it one."""
    return not _without_label(_NUMBERING.sub("", text)).strip(" :-–(|<>[*")


def is_meta_line(text: str) -> bool:
    """Tell whether this line says when or by whom the story was written."""
    return bool(_META.match(text.strip()))


def _judged(text: str) -> str | None:
    folded = fold(text)
    if not SHORTEST <= len(folded.split()) <= LONGEST or text[:1].islower() or _TWO_SENTENCES.search(text):
        return None
    says_else = _NO_TITLE.match(folded) or _STATEMENT.search(folded) or _UNENDED.search(text.lower())
    return None if says_else or _is_name(text, folded) else text


def _is_name(text: str, folded: str) -> bool:
    """Tell whether this is only the name of a school or of a person."""
    words = text.split()
    if not text.isupper() and len(words) <= 4 and all(word[:1].isupper() for word in words):
        return True
    school = _SCHOOL.fullmatch(" ".join(re.findall(r"\w+", folded)))
    if school is None:
        return False
    own = len(school[1].split())
    return own <= 3 or (not text.isupper() and all(word[:1].isupper() or word[:1].isdigit() for word in words[-own:]))


def _without_label(text: str) -> str:
    return _LABEL.sub("", text) if _LABEL_END.search(text) else text


def _without_noun(text: str) -> str:
    """Cut "bài", "và tin" before the capital letter with which a headline begins."""
    noun = _NOUN.match(text)
    return text[noun.end() :] if noun and text[noun.end() : noun.end() + 1].isupper() else text


def _unquoted(text: str) -> str:
    """Cut quotation marks that stand around the whole."""
    inside = text.strip(_QUOTES)
    whole = text[:1] in _QUOTES and text[-1:] in _QUOTES
    return inside if whole and not any(sign in inside for sign in '“”"«»') else text
