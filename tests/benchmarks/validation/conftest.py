"""What pytest must not import: it needs packages that only a peer's environment has."""

collect_ignore = ["pyrudof_script.py", "topbraid_script.py"]
