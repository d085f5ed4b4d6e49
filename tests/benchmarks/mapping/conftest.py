"""What pytest must not import: it needs packages that only a peer's environment has."""

collect_ignore = ["maplib_script.py"]
