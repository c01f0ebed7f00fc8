"""Configs that are written in Python, in a module, a notebook or a text: read as data, never executed."""
