"""A release in a SPARQL store of somebody's own: it is loaded beside what is served, checked there, and takes its place last."""
