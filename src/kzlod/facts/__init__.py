"""Tables of facts: reads CSV described by CSVW metadata, yields DuckDB tables and every problem of their cells and evidence."""
