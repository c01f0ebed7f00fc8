"""The sections of a derivation's page: one file each, blocks of `page.py` for every format."""
