"""Sources: opens files and databases, yields relations of the engine."""
