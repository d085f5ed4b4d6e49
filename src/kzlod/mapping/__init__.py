"""From tables to quads: a mapping file is read into a plan, the plan becomes SQL, DuckDB runs it."""
