"""Names as they are written: what the spellings of one name in scripts and romanisations have in common."""
