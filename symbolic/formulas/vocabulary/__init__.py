"""Every symbol once: its name, letter, spoken form, meaning, and the names that others give it.

Counts stand before what a run says, and that before widths: a product is written in this order, `n_layers × batch_size
× emb_dim`. It is the order in which the files below are imported, and in each file that of its lines.

The names are those of Raschka, *Build a Large Language Model (From Scratch)*, Manning 2024. The aliases are Hugging
Face's and nanoGPT's; a family whose key differs from them says so in its own file.
"""

from __future__ import annotations

from collections.abc import Mapping

from symbolic.formulas.formula import Symbol
from symbolic.formulas.vocabulary.counts import *
from symbolic.formulas.vocabulary.entering import *
from symbolic.formulas.vocabulary.inputs import *
from symbolic.formulas.vocabulary.keys import *
from symbolic.formulas.vocabulary.machines import *
from symbolic.formulas.vocabulary.widths import *

SIZES: tuple[Symbol, ...] = tuple(one for one in SYMBOLS.values() if not one.of_run)
"""The sizes that a config may give; none that a key has entered, since what was read must not decide what is read."""
SIZE_KEYS: Mapping[str, str] = {name: one.name for one in SIZES for name in (one.name, *one.aliases)}
"""Every name under which a config gives a size that we know, and the size's own name."""
