"""JSON items: reads JSON as a stream, yields the texts of the items that a path leads to, one at a time."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Final

from kzlod.errors import DataError, quote
from kzlod.mapping.sources.input_files import InputFile
from kzlod.mapping.sources.json_paths import Descendant, Steps, Wildcard

_CHUNK: Final = 1 << 20
_SPACE: Final = re.compile(r"[ \t\r\n\ufeff]*")
# Numbers stay texts: Python refuses to make integers of more than some thousand digits.
_DECODER: Final = json.JSONDecoder(parse_int=str, parse_float=str)
_NEARLY_THERE: Final = 16


def split_steps(steps: Steps) -> tuple[Steps, Steps]:
    """The steps that a stream can follow, up to the first wildcard, and the others, for each of the items found.

    >>> split_steps(("a", Wildcard.ELEMENTS, "b"))
    (('a', <Wildcard.ELEMENTS: '[*]'>), ('b',))
    """
    for number, step in enumerate(steps):
        if isinstance(step, Wildcard):
            return steps[: number + 1], steps[number + 1 :]
        if isinstance(step, Descendant) or (isinstance(step, int) and step < 0):
            return steps[:number], steps[number:]
    return steps, ()


def copy_items(file: InputFile, steps: Steps, target: Path) -> int:
    """Write the items of a file as JSON lines.

    Args:
        file: one or more JSON values after one another.
        steps: as ``split_steps`` gives them.
        target: the file to write.

    Returns:
        A number of bytes that no line is longer than.

    Raises:
        DataError: it is not JSON, with the line.
    """
    longest = 0
    with file.open_text() as text, target.open("w", encoding="utf-8", newline="") as copy:
        reader = JsonReader(text, file)
        while reader.peek():
            for item in reader.iter_items(steps):
                # A line break inside a value would be an escape; this one is between values.
                line = item.replace("\n", " ").replace("\r", " ") + "\n"
                longest = max(longest, 4 * len(line))
                copy.write(line)
    return longest


class JsonReader:
    """Reads JSON of any length; no more than one item, or one value that is passed over, is in memory.

    Args:
        text: the open file.
        file: it is named in errors.
    """

    def __init__(self, text: IO[str], file: InputFile) -> None:
        self.text = text
        self.file = file
        self.buffer = ""
        self.position = 0
        self.line = 1
        self.is_ended = False

    def iter_items(self, steps: Steps) -> Iterator[str]:
        """The texts of the items in the next value."""
        if not steps:
            yield self.read_value()
            return
        opener = self.peek()
        keys = self._iter_members() if opener == "{" else self._iter_elements() if opener == "[" else None
        if keys is None:
            self.read_value()
            return
        for key in keys:
            if steps[0] == key or isinstance(steps[0], Wildcard):
                yield from self.iter_items(steps[1:])
            else:
                self.read_value()

    def peek(self) -> str:
        """The next character that is no white space, or nothing at the end."""
        while True:
            found = _SPACE.match(self.buffer, self.position)
            self.position = found.end() if found else self.position
            if self.position < len(self.buffer) or not self._fill(_CHUNK):
                return self.buffer[self.position : self.position + 1]

    def read_value(self) -> str:
        """The text of the next value."""
        self.peek()
        while True:
            try:
                value, end = _DECODER.raw_decode(self.buffer, self.position)
            except RecursionError:
                raise self._fault(self.position, "the value is nested too deeply") from None
            except json.JSONDecodeError as error:
                is_cut = error.msg.startswith("Unterminated") or error.pos > len(self.buffer) - _NEARLY_THERE
                if not is_cut or not self._fill(len(self.buffer)):
                    raise self._explain(error) from None
                continue
            # A number may go on behind the end of what has been read.
            if end < len(self.buffer) or not self._fill(len(self.buffer)):
                raw = self.buffer[self.position : end]
                self._check_surrogates(raw, value)
                self.position = end
                return raw

    def _iter_members(self) -> Iterator[str]:
        self._expect("{")
        if self.peek() != "}":
            while True:
                if self.peek() != '"':
                    raise self._fault(self.position, "a name in double quotes is expected")
                name = str(json.loads(self.read_value()))
                self._expect(":")
                yield name
                if self.peek() != ",":
                    break
                self._expect(",")
        self._expect("}")

    def _iter_elements(self) -> Iterator[int]:
        self._expect("[")
        number = 0
        if self.peek() != "]":
            while True:
                yield number
                number += 1
                if self.peek() != ",":
                    break
                self._expect(",")
        self._expect("]")

    def _expect(self, mark: str) -> None:
        found = self.peek()
        if found != mark:
            shown = quote(found) if found else "the end of the file"
            raise self._fault(self.position, f"{quote(mark)} is expected, and {shown} stands here")
        self.position += 1

    def _fill(self, size: int) -> bool:
        """Read on, and drop what has been read before; whether there was more."""
        more = "" if self.is_ended else self.text.read(max(size, _CHUNK))
        self.is_ended = not more
        if more:
            self.line += self.buffer.count("\n", 0, self.position)
            self.buffer = self.buffer[self.position :] + more
            self.position = 0
        return bool(more)

    def _check_surrogates(self, raw: str, value: object) -> None:
        if "\\ud" not in raw.lower():
            return
        try:
            json.dumps(value, ensure_ascii=False).encode("utf-8")
        except UnicodeEncodeError:
            raise self._fault(self.position, "half of a pair of surrogates is no character") from None

    def _explain(self, error: json.JSONDecodeError) -> DataError:
        if error.pos >= len(self.buffer):
            return self._fault(error.pos, "the file ends inside a value")
        return self._fault(error.pos, f"not JSON: {error.msg}")

    def _fault(self, position: int, message: str) -> DataError:
        return self.file.fault(self.line + self.buffer.count("\n", 0, position), message, "json")
