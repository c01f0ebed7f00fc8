"""Handouts: sheets with blanks, keys that are certainly right, a config for each student, files for learning platforms.

A form (`form.py`) is one student's derivation with some lines blank (`fading.py`) and questions about it (`kinds/`, one
file each). `sheet.py` and `key.py` make pages of it, `exports/` files, one module a format.
"""
