"""Proofreading a derivation that somebody wrote: its equations read, checked, traced, and compared with the model."""

from symbolic.proofread.proofreading import proofread
from symbolic.proofread.verdicts import Report

__all__ = ["Report", "proofread"]
