"""Addresses as QuickStatements can carry them."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote

_KEPT: Final = "!#$%&'()+,-./:;=?@_~[]"
"""What an address may have as it is: not the signs of QuickStatements, quotation marks, bars and the star that opens a comment."""


def encode_url(url: str) -> str:
    """Write as %xx what QuickStatements or a URL cannot have; letters of all scripts stay.

    >>> encode_url('https://example.org/a"b|c/*d*/ё')
    'https://example.org/a%22b%7Cc/%2Ad%2A/ё'
    """
    return "".join(char if char in _KEPT or char.isalnum() else quote(char, safe="") for char in url)
