"""Where in anyone's RDF files the nodes and triples of a report stand: reads files again, yields places."""
