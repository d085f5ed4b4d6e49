"""Releases: what differs between two of them, as a patch and in words, and what a release keeps of the one before."""
