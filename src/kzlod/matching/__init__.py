"""Matching of names: an index of names in any script, and candidates for a name with the reasons of their scores."""
