"""New project folders: reads the templates of this package, writes a project that builds at once."""
