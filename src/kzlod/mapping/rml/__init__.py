"""RML: reads mappings in Turtle, of either vocabulary, yields plans; writes plans as RML."""
