"""Progress in one line of a terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click


@contextmanager
def show_line() -> Iterator[Callable[[str], None]]:
    """Give what shows a text in the place of the last one on a terminal, and nothing elsewhere; it is gone after the block."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    width = 0

    def show(text: str) -> None:
        nonlocal width
        click.echo(f"\r{text.ljust(width)}", nl=False, err=True)
        width = len(text)

    try:
        yield show
    finally:
        click.echo(f"\r{' ' * width}\r", nl=False, err=True)
