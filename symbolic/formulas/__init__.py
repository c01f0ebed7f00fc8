"""Formulas as they are written, and what SymPy makes of them."""
