"""mapping.yml for maplib, which maps frames of Polars by OTTR templates: reads the tables of a folder, writes a file of N-Triples.

Frames are made lazily, in one pass over each table; the join is Polars'. maplib takes a text with a language as a struct.
"""

from __future__ import annotations

import sys
from pathlib import Path

import polars as pl  # type: ignore[import-not-found]
from maplib import Model, RDFType, SolutionMappings, rdf, xsd  # type: ignore[import-not-found]

DATA = "https://bench.example/"
TEMPLATES = "https://bench.example/template/"
LANGUAGE = RDFType.Literal("http://www.w3.org/1999/02/22-rdf-syntax-ns#langString")
TYPES = {
    **dict.fromkeys(("id", "page", "website", "organisation", "organiser", "person", "post"), RDFType.IRI),
    **dict.fromkeys(("name_kk", "name_ru", "name_en", "title_kk", "title_ru", "title", "place"), LANGUAGE),
    **dict.fromkeys(("birth_date", "start_date", "end_date"), RDFType.Literal(xsd.date)),
    **dict.fromkeys(("level", "visitors"), RDFType.Literal(xsd.integer)),
    "country": RDFType.Literal(xsd.string),
    "founded": RDFType.Literal(xsd.gYear),
    "start_time": RDFType.Literal(xsd.dateTime),
}


def scan(folder: Path, form: str, table: str) -> pl.LazyFrame:
    """A table, all columns as text."""
    path = folder / f"{table}.{form}"
    return pl.scan_parquet(path) if form == "parquet" else pl.scan_csv(path, infer_schema=False)


def tag(column: str, language: str) -> pl.Expr:
    """A text with its language."""
    return pl.struct(pl.col(column).alias(f"<{rdf.langString.iri}>"), pl.lit(language).alias("l")).alias(column)


def link(kind: str, *columns: str) -> pl.Expr:
    """An IRI."""
    return pl.format(f"{DATA}{kind}/" + "/".join("{}" for _ in columns), *columns)


def read_frames(folder: Path, form: str) -> dict[str, pl.LazyFrame]:
    """What each template maps."""
    names = (tag("name_kk", "kk"), tag("name_ru", "ru"), tag("name_en", "en"))
    post = link("post", "organisation", "number")
    posts = scan(folder, form, "posts")
    safe = pl.col("name_kk").str.replace_all(" ", "%20", literal=True)
    return {
        "person": scan(folder, form, "persons").select(
            link("person", "id").alias("id"),
            *names,
            pl.col("birth_date").str.to_date("%Y-%m-%d"),
            "country",
            pl.format(f"{DATA}page/{{}}/{{}}", safe, "id").alias("page"),
        ),
        "organisation": scan(folder, form, "organisations").select(
            link("organisation", "id").alias("id"), *names, "founded", "website", "country"
        ),
        "post": posts.select(
            post.alias("id"),
            tag("title_kk", "kk"),
            tag("title_ru", "ru"),
            link("organisation", "organisation").alias("organisation"),
            pl.col("level").cast(pl.Int64),
        ),
        "membership": scan(folder, form, "memberships")
        .join(posts.select("code", post.alias("post_iri")), left_on="post", right_on="code", how="left")
        .select(
            link("membership", "id").alias("id"),
            link("person", "person").alias("person"),
            pl.col("post_iri").alias("post"),
            pl.col("start_date", "end_date").str.to_date("%Y-%m-%d"),
        ),
        "event": scan(folder, form, "events").select(
            link("event", "id").alias("id"),
            tag("title", "en"),
            pl.col("start_time").str.to_datetime("%Y-%m-%dT%H:%M:%S"),
            link("organisation", "organiser").alias("organiser"),
            tag("place", "kk"),
            pl.col("visitors").cast(pl.Int64),
        ),
    }


def main() -> None:
    """Map the tables of a folder: FOLDER FORMAT OUTPUT."""
    folder, form, output = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
    model = Model()
    model.add_template(Path(__file__).with_name("maplib_templates.stottr").read_text(encoding="utf-8"))
    for name, frame in read_frames(folder, form).items():
        rows = frame.collect()
        model.map(TEMPLATES + name, SolutionMappings(rows, {column: TYPES[column] for column in rows.columns}))
    model.write(output, format="ntriples")


if __name__ == "__main__":
    main()
