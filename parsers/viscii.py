"""VISCII (RFC 1456), a Vietnamese charset that Python has no codec for. It knows nothing else."""

_UPPER_HALF = (
    "ẠẮẰẶẤẦẨẬẼẸẾỀỂỄỆỐ"
    "ỒỔỖỘỢỚỜỞỊỎỌỈỦŨỤỲ"
    "Õắằặấầẩậẽẹếềểễệố"
    "ồổỗỠƠộờởịỰỨỪỬơớƯ"
    "ÀÁÂÃẢĂẳẵÈÉÊẺÌÍĨỳ"
    "ĐứÒÓÔạỷừửÙÚỹỵÝỡư"
    "àáâãảăữẫèéêẻìíĩỉ"
    "đựòóôõỏọụùúũủýợỮ"
)
_CONTROLS = {0x02: "Ẳ", 0x05: "Ẵ", 0x06: "Ẫ", 0x14: "Ỷ", 0x19: "Ỹ", 0x1E: "Ỵ"}
_TABLE = {**dict(enumerate(_UPPER_HALF, start=0x80)), **_CONTROLS}


def decode_viscii(data: bytes) -> str:
    """Decode VISCII bytes; every byte has a meaning, so it never fails."""
    return data.decode("latin-1").translate(_TABLE)
