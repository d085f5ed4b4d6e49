"""Scripts: the language tag of a name of which nothing is known but the language that the import is said to be in."""

from __future__ import annotations

from kzlod.imports.roles import read_roles
from kzlod.imports.values import find_script


def tag_name(text: str, language: str) -> str:
    """The language, or the script alone where the name is not written in the language's script.

    >>> tag_name("Ada", "en"), tag_name("Ада", "en"), tag_name("Ада", "kk"), tag_name("Ada", "kk"), tag_name("42", "kk")
    ('en', 'und-Cyrl', 'kk', 'und-Latn', 'kk')
    """
    if not any(map(str.isalpha, text)):
        return language
    wanted = next((script for script, tags in read_roles()["scripts"].items() if language.partition("-")[0] in tags), None)
    found = find_script(text)
    return language if found == wanted else f"und-{found or 'Latn'}"
