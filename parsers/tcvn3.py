"""Read text typed in the legacy TCVN3 (ABC) fonts such as .VnTime: each Vietnamese letter is one Latin-1 sign.

U+00AD, elsewhere an invisible hyphen, is its letter "ư", so this comes before invisible characters are dropped.
"""

import re

_SIGNS = (
    "µà ¶ả ·ã ¸á ¹ạ ¨ă »ằ ¼ẳ ½ẵ ¾ắ Æặ ©â Çầ Èẩ Éẫ Êấ Ëậ Ìè Îẻ Ïẽ Ðé Ñẹ ªê Òề Óể Ôễ Õế Öệ ×ì Øỉ Üĩ Ýí Þị "
    "ßò áỏ âõ ãó äọ «ô åồ æổ çỗ èố éộ ¬ơ êờ ëở ìỡ íớ îợ ïù ñủ òũ óú ôụ \xadư õừ öử ÷ữ øứ ùự úỳ ûỷ üỹ ýý þỵ "
    "®đ ¡Ă ¢Â £Ê ¤Ô ¥Ơ ¦Ư §Đ Đé"  # the last one: an "Ð" that somebody took for our letter
)
_TABLE = str.maketrans({pair[0]: pair[1] for pair in _SIGNS.split(" ")})
# Signs that stand inside words only in this encoding.
_TELLTALE = re.compile("(?<=[a-zA-Z])[µ¶·¸¹¨»¼½¾©ª«¬\xad®×Ø÷Þþ]|[µ¶¸¹¨¼½¾©ª«¬\xad®×Ø÷](?=[a-z])|Õ(?=[a-z])")
_MOST_TEXT_PER_SIGN = 25  # characters


def is_tcvn3(text: str) -> bool:
    """Say whether this run of text, without a letter of Unicode Vietnamese, can only be TCVN3."""
    signs = len(_TELLTALE.findall(text))
    return signs >= 2 and signs * _MOST_TEXT_PER_SIGN >= len(text)


def from_tcvn3(text: str) -> str:
    """Give the run in Unicode."""
    return text.translate(_TABLE)
