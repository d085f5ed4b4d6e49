"""Statements for Wikidata: reads a dataset, a mapping to properties and a snapshot, yields QuickStatements and a report."""
