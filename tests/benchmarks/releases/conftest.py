"""What pytest must not import: it is a script."""

collect_ignore = ["rdflib_script.py"]
