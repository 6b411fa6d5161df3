"""Paints the photographs of the sample sites: a school under a sky, as a small PNG. It shows no real place or child."""

import math
import random
import struct
import zlib

__all__ = ["painted"]

WIDTH, HEIGHT = 640, 400
SKIES = ((0x8E, 0xC9, 0xF0), (0xF6, 0xC8, 0x8F), (0xA9, 0xD8, 0xE6), (0xF3, 0xB7, 0xB0))
WALLS = ((0xF4, 0xE3, 0xB2), (0xF7, 0xF3, 0xE8), (0xF2, 0xD3, 0xA6))
ROOF, WINDOW, GRASS, HILL, SUN = (
    (0xB7, 0x4A, 0x34),
    (0x4F, 0x7D, 0x96),
    (0x6F, 0xA3, 0x4A),
    (0x9C, 0xBF, 0x7A),
    (255, 246, 214),
)


def painted(name: str) -> bytes:
    """Return a PNG that is always the same for the same name."""
    dice = random.Random(name)  # noqa: S311  (it paints, it keeps no secret)
    palette = (dice.choice(SKIES), SUN, HILL, GRASS, dice.choice(WALLS), ROOF, WINDOW)
    sun_x, wave = dice.randrange(80, WIDTH - 80), dice.uniform(0, math.tau)
    left, floors = dice.randrange(60, 260), dice.choice((2, 3))
    rows = [_row(y, sun_x, wave) for y in range(HEIGHT)]
    _build(rows, left, floors)
    return _png(rows, palette)


def _row(y: int, sun_x: int, wave: float) -> bytearray:
    row = bytearray(WIDTH)
    reach = 42**2 - (y - 90) ** 2
    if reach > 0:
        half = math.isqrt(reach)
        row[sun_x - half : sun_x + half] = b"\x01" * (2 * half)
    for x in range(WIDTH):
        if y > 330:
            row[x] = 3
        elif y > 285 + 28 * math.sin(x / 95 + wave):
            row[x] = 2
    return row


def _build(rows: list[bytearray], left: int, floors: int) -> None:
    """A schoolhouse with its rows of windows."""
    width, top = 330, 345 - 62 * floors
    for y in range(top, 345):
        rows[y][left : left + width] = b"\x04" * width
    for step in range(34):
        rows[top - 1 - step][left - 12 + step : left + width + 12 - step] = b"\x05" * (width + 24 - 2 * step)
    for floor in range(floors):
        for window in range(6):
            x = left + 22 + 50 * window
            for y in range(top + 16 + 62 * floor, top + 50 + 62 * floor):
                rows[y][x : x + 32] = b"\x06" * 32


def _png(rows: list[bytearray], palette: tuple[tuple[int, int, int], ...]) -> bytes:
    """Indexed colour, no filter (PNG specification, section 11.2)."""
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 3, 0, 0, 0)
    pixels = zlib.compress(b"".join(b"\0" + row for row in rows), 6)
    colours = bytes(value for colour in palette for value in colour)
    chunks = ((b"IHDR", header), (b"PLTE", colours), (b"IDAT", pixels), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in chunks)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
