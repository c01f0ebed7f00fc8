"""Lexers of TeX and plain text, and the grammar that makes equations of their tokens."""
