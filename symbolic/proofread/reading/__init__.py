"""Readers of each kind of document: they find its mathematics, sentences and tables."""
