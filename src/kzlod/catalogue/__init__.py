"""The catalogue: reads a dataset and the files that were made of it, says what they are in DCAT, VoID, PROV and schema.org."""

from kzlod.catalogue.description import Release, check_publication, describe_dataset
from kzlod.catalogue.nanopublications import iter_nanopublications
from kzlod.catalogue.writing import MARKUP_CONTEXT, write_catalogue, write_markup

__all__ = [
    "MARKUP_CONTEXT",
    "Release",
    "check_publication",
    "describe_dataset",
    "iter_nanopublications",
    "write_catalogue",
    "write_markup",
]
