"""Families learned from the code of transformers: descriptions that need no torch."""
