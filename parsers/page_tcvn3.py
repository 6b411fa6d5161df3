"""Read text typed in the legacy TCVN3 (ABC) fonts such as .VnTime.

Such text is stored as Latin-1 signs that only the font shows as Vietnamese; U+00AD, elsewhere invisible, is its letter
"ư". Works run by run, because a page's template is often Unicode around an old body. It touches nothing else.
"""

import re

_SIGNS = (
    "µà ¶ả ·ã ¸á ¹ạ ¨ă »ằ ¼ẳ ½ẵ ¾ắ Æặ ©â Çầ Èẩ Éẫ Êấ Ëậ Ìè Îẻ Ïẽ Ðé Ñẹ ªê Òề Óể Ôễ Õế Öệ ×ì Øỉ Üĩ Ýí Þị "
    "ßò áỏ âõ ãó äọ «ô åồ æổ çỗ èố éộ ¬ơ êờ ëở ìỡ íớ îợ ïù ñủ òũ óú ôụ \xadư õừ öử ÷ữ øứ ùự úỳ ûỷ üỹ ýý þỵ "
    "®đ ¡Ă ¢Â £Ê ¤Ô ¥Ơ ¦Ư §Đ Đé"  # the last one: an "Ð" that somebody took for our letter
)
_TABLE = str.maketrans({pair[0]: pair[1] for pair in _SIGNS.split(" ")})
# Signs that stand inside words only in this encoding; a run with several of them and no Unicode Vietnamese is legacy.
_TELLTALE = re.compile("(?<=[a-zA-Z])[µ¶·¸¹¨»¼½¾©ª«¬\xad®×Ø÷Þþ]|[µ¶¸¹¨¼½¾©ª«¬\xad®×Ø÷](?=[a-z])|Õ(?=[a-z])")
_UNICODE_VIETNAMESE = re.compile("[ăơưĂƠƯ\u1ea0-\u1ef9]")


def is_tcvn3(text: str) -> bool:
    """Say whether this run of text can only be TCVN3."""
    if text.isascii() or _UNICODE_VIETNAMESE.search(text):
        return False
    signs = len(_TELLTALE.findall(text))
    return signs >= 2 and signs * 25 >= len(text)


def to_unicode(text: str) -> str:
    """Give the run in Unicode when it is TCVN3, unchanged otherwise."""
    return text.translate(_TABLE) if is_tcvn3(text) else text
