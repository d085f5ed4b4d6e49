"""YARRRML: reads mappings in YAML, yields plans."""
