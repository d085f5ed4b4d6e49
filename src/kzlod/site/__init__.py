"""The static site: reads an assembled dataset, writes a page for everything in it, in several languages and without any server."""
