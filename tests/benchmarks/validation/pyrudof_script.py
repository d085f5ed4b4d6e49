"""Validates with pyrudof: data in N-Triples and shapes in Turtle to a report in Turtle on standard output."""

import sys
from pathlib import Path

from pyrudof import RDFFormat, ResultShaclValidationFormat, Rudof, RudofConfig


def main(data: Path, shapes: Path) -> None:
    """Validate."""
    rudof = Rudof(RudofConfig())
    rudof.read_data(data, format=RDFFormat.NTriples)
    rudof.read_shacl(shapes)
    rudof.validate_shacl()
    sys.stdout.write(rudof.serialize_shacl_validation_results(format=ResultShaclValidationFormat.Turtle))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
