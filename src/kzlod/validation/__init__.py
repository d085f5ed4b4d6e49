"""SHACL: reads data and shapes, yields a report in one form whichever engine made it."""
