"""Proofreading a derivation that somebody wrote: its equations read, checked, traced, and compared with the model."""

from symbolic.proofread.judging.verdicts import Report
from symbolic.proofread.proofreading import proofread

__all__ = ["Report", "proofread"]
