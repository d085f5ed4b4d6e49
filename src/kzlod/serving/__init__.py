"""The server: reads a release, answers SPARQL, entities and named queries, and stays up whatever it is asked."""
