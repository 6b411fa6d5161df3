"""Read text typed in the legacy VNI fonts such as VNI-Times: a vowel, then a Latin-1 sign for its mark and tone."""

import re

_VOWELS = {
    "a": "ùá øà ûả õã ïạ êă éắ èằ úẳ üẵ ëặ ââ áấ àầ åẩ ãẫ äậ",
    "e": "ùé øè ûẻ õẽ ïẹ âê áế àề åể ãễ äệ",
    "o": "ùó øò ûỏ õõ ïọ âô áố àồ åổ ãỗ äộ",
    "u": "ùú øù ûủ õũ ïụ",
    "y": "ùý øỳ ûỷ õỹ",
    "ô": "ùớ øờ ûở õỡ ïợ",
    "ö": "ùứ øừ ûử õữ ïự",
}
_SINGLE = {"ô": "ơ", "ö": "ư", "ñ": "đ", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ", "í": "í", "ì": "ì"}
_SMALL = {f"{base}{pair[0]}": pair[1] for base, pairs in _VOWELS.items() for pair in pairs.split()} | _SINGLE
_LETTERS = {
    **_SMALL,
    **{signs.upper(): letter.upper() for signs, letter in _SMALL.items()},
    **{f"{signs[0].upper()}{signs[1:]}": letter.upper() for signs, letter in _SMALL.items()},
}
_LETTER = re.compile("|".join(sorted(map(re.escape, _LETTERS), key=len, reverse=True)))
# Signs that never follow a vowel in Unicode Vietnamese, nor, several in one run, in any language schools write.
_TELLTALE = re.compile("[aeouyôö][øûï]|a[ùõåäëü]|[eo][ùåä]|[eô]õ|ö[ùõn]", re.IGNORECASE)
_MOST_TEXT_PER_SIGN = 25  # characters


def is_vni(text: str) -> bool:
    """Say whether this run of text, without a letter of Unicode Vietnamese, can only be VNI."""
    signs = _TELLTALE.findall(text)
    return len({sign.lower() for sign in signs}) >= 2 and len(signs) * _MOST_TEXT_PER_SIGN >= len(text)


def from_vni(text: str) -> str:
    """Give the run in Unicode."""
    return _LETTER.sub(lambda found: _LETTERS[found[0]], text)
