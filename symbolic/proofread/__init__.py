"""Proofreading of a derivation that somebody wrote: read, check and trace its equations, compare it with the model."""

from symbolic.proofread.judging.verdicts import Report
from symbolic.proofread.proofreading import proofread

__all__ = ["Report", "proofread"]
