"""How many heads keys and values have where one matrix makes them together with the queries."""

from __future__ import annotations

from collections.abc import Mapping

from symbolic.formulas.formula import Formula, Number, Product, Quotient, Sum, Symbol
from symbolic.formulas.vocabulary import head_dim, n_heads, n_kv_groups
from symbolic.language import Sentences
from symbolic.language import lazy as _
from symbolic.networks.learned.naming import ALSO

KEYS = frozenset({*n_kv_groups.aliases, "kv_n_heads", *(key for key, one in ALSO.items() if one == n_kv_groups)})
"""What configs call the number of heads that keys and values have."""
TWO = Number(2)
"""The keys, and the values."""


def joined(width: Formula, keys: Mapping[Symbol, str]) -> str:
    """Return what a matrix makes whose results are so wide, where its keys and values have other heads than queries.

    "" where all have the same, or the width does not say. `keys` are what the config calls each size.

    >>> from symbolic.formulas.vocabulary import emb_dim
    >>> "one key and one value head" in joined(emb_dim + 2 * (emb_dim / n_heads), {})
    True
    >>> joined(3 * emb_dim, {})
    ''
    """
    shared = [symbol for symbol in sorted(width.symbols, key=str) if _is_count(symbol, keys)]
    if shared:
        said = _(
            "Makes the queries of all heads and the keys and values of `{heads}` heads in one product: their columns "
            "stand side by side. Where these are fewer, several query heads share one key and one value "
            "(grouped-query attention).",
            heads=shared[0].name,
        )
    elif isinstance(width, Sum) and any(map(_is_pair_of_heads, width.terms)):
        said = _(
            "Makes the queries of all heads, but one key and one value head for all of them, in one product: their "
            "columns stand side by side. All query heads share this key and this value (multi-query attention)."
        )
    else:
        return ""
    head = next((one for one in width.walk() if isinstance(one, Quotient)), None)
    if head and isinstance(head.numerator, Symbol) and isinstance(head.denominator, Symbol):
        parts = {"width": head.numerator.name, "heads": head.denominator.name}
        return Sentences(said, _("A head has `{width}` / `{heads}` numbers.", **parts))
    return said


def _is_count(symbol: Symbol, keys: Mapping[Symbol, str]) -> bool:
    return symbol == n_kv_groups or keys.get(symbol, "").rpartition(".")[2] in KEYS


def _is_pair_of_heads(term: Formula) -> bool:
    """Return whether a term is twice the width of a head: that of one key and of one value."""
    if not isinstance(term, Product) or len(term.factors) != len((TWO, head_dim)) or term.factors[0] != TWO:
        return False
    head = term.factors[1]
    return head == head_dim or (isinstance(head, Quotient) and head.denominator == n_heads)
