"""Popolo JSON, and what EveryPolitician adds to it, as tables of facts."""
