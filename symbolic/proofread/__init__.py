"""Proofreading a derivation that somebody wrote: its equations read, checked, traced, and compared with the model."""
