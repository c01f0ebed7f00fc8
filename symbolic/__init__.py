"""How many parameters is that, and why: derivations of a neural network's sizes, exact and in steps.

>>> import symbolic
>>> symbolic.explain(symbolic.load("gpt2-124m")).total
124412160
"""

from symbolic.api import count, explain, load, load_all, trace
from symbolic.configs.model import Model
from symbolic.errors import ConfigError, SymbolicError, UnknownName
from symbolic.measuring.derivation import Derivation
from symbolic.measuring.step import Step

__all__ = [
    "ConfigError",
    "Derivation",
    "Model",
    "Step",
    "SymbolicError",
    "UnknownName",
    "count",
    "explain",
    "load",
    "load_all",
    "trace",
]
__version__ = "0.1.0"
