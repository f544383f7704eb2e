"""How messages show what they got."""

from typing import Final

MAX_SHOWN_CHARACTERS: Final = 60


def shown(value: object) -> str:
    """Returns a value for a message, cut short."""
    text = str(value)
    return text if len(text) <= MAX_SHOWN_CHARACTERS else text[:MAX_SHOWN_CHARACTERS] + "..."
