"""Spark SQL: runs plans where one machine is outgrown; what is DuckDB's SQL above is translated here."""
