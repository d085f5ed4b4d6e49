def read_rdfxml(data, base, subjects): yield from ()
