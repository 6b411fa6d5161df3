"""How the office signs its letters, made from its settings."""

from outbox.letter import Office
from pipeline.settings import OfficeSettings


def signed_by(settings: OfficeSettings) -> Office:
    """The office as its letters show it."""
    return Office(name=settings.name, board_name=settings.board_name, address=settings.address, zone=settings.zone)
