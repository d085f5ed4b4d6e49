"""Reports for people and for CI: one format a file, each a function that takes an Outcome and gives the whole text."""
