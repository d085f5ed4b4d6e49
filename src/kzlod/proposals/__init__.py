"""Candidates for the names of a table, from any service of the reconciliation API, this dataset's own among them."""
