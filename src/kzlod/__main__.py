"""``python -m kzlod``."""

from kzlod.cli import main

main()
