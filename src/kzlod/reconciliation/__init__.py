"""Reconciliation: what a dataset's things are called and what is known of them, matched with questions of others; no HTTP here."""
