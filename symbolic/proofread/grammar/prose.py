"""Equations in sentences and on plain lines, found as the longest runs of tokens around a relation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from symbolic.proofread.grammar.prose_doubts import (
    has_range,
    is_cut,
    is_no_formula,
    lacks_left,
    of_both_ends,
    with_range,
)
from symbolic.proofread.grammar.prose_pieces import pieces
from symbolic.proofread.grammar.prose_products import with_factors
from symbolic.proofread.grammar.prose_scan import DANGLING, DEEPEST, Scan
from symbolic.proofread.grammar.prose_words import MOST_WORDS
from symbolic.proofread.grammar.tokens import STRONG, Token

GOES_ON = "it goes on with what can't be read"
APART = frozenset({"ROW", "STOP", "COMMA"})
"""Tokens that stand between formulas."""


@dataclass
class Run:
    """Tokens that form a chain of sides; `cut` is the reason why it can't be read, or "" where it can.

    `perhaps` are formulas that may be meant where it can't, and `certain` is the part that is read all the same.
    """

    tokens: list[Token]
    cut: str = ""
    perhaps: tuple[list[Token], ...] = ()
    certain: list[Token] = field(default_factory=list)


def runs(paragraphs: Iterable[list[Token]]) -> Iterator[Run]:
    """Yield each run of tokens in prose, given paragraph by paragraph, that has a relation between two sides."""
    deep = False
    for paragraph in paragraphs:
        tokens = with_factors(paragraph)
        index = 0
        while index < len(tokens):
            if (after := _behind_words(tokens, index)) > index:
                index = after
                continue
            scan = Scan(tokens, index)
            scan.run()
            if scan.deep and not deep:
                # Said once: who nests like that does it again and again.
                deep = True
                yield Run([scan.deep], f"brackets nested more than {DEEPEST} deep")
            if lacks_left(scan) and not _starts_chain(tokens, index + 1):
                perhaps = tuple(pieces(tokens, index))
                yield Run(tokens[index - 1 : index + 2], "its left side has a sign that is not read", perhaps)
            if not scan.has_relation:
                index = scan.resume
                continue
            found = [] if is_no_formula(scan) else [*map(Run, of_both_ends(scan))] or [_run(scan)]
            behind = _next_side(scan, of_row=not found) if not found or found[0].cut == GOES_ON else None
            if behind and found:
                found[0].certain = behind.kept[: behind.good]
            yield from found
            index = behind.start if behind and not found else max((behind or scan).good_index, index + 1)


def _run(scan: Scan) -> Run:
    """Return the run of a scan, with what else may be meant where it goes on beyond that."""
    kept = with_range(scan.kept[: scan.good]) if has_range(scan) else scan.kept[: scan.good]
    cut = scan.strange or (GOES_ON if is_cut(scan) else "")
    if cut != GOES_ON:
        return Run(kept, cut, (kept,) if cut == DANGLING else ())
    sign = next(token for token in kept if token.type == "RELATION")
    relation = next(index for index in range(scan.start, len(scan.tokens)) if scan.tokens[index] is sign)
    behind = scan.tokens[scan.good_index : scan.good_index + 1]
    said = [token.type for token in (*kept[-2:], *behind)] == ["RELATION", "OPAQUE", "NUMBER"]
    # 16 × 8 = effective batch 128: words before a number say what it is.
    whole = [*kept[:-1], *behind] if said and kept[-2].value in ("=", "≈") else kept
    return Run(kept, cut, (whole, *pieces(scan.tokens, relation)), _with_result(scan))


def _with_result(scan: Scan) -> list[Token]:
    """Return the tokens of a calculation and its result, behind which a last sign leads on to what can't be read.

    2 × 8 = 16 GB = vLLM's 16.2 GB. If the chain is cut elsewhere there are none.
    """
    last = max(index for index, token in enumerate(scan.kept) if token.type == "RELATION")
    result = scan.kept[last - 1 : last]
    shorter = replace(scan, index=scan.start, kept=scan.kept[: last + 1], opened=[], good=last)
    shorter.good_index = next(at for at in range(scan.start, len(scan.tokens)) if scan.tokens[at] is scan.kept[last])
    shorter.kept.pop()
    ends = result and result[0].type in ("NUMBER", "ANNOTATION") and shorter.has_result
    return shorter.kept if ends and not is_no_formula(shorter) and not is_cut(shorter) else []


def _next_side(scan: Scan, *, of_row: bool) -> Scan | None:
    """Return the whole chain behind the first relation, or behind the first one that starts a row; None if none is.

    Where the first side can't be read, those behind it say of themselves what is equal.
    """
    for index in range(scan.start + 1, scan.good_index):
        if scan.tokens[index].type == "RELATION" and (not of_row or scan.tokens[index - 1].type == "ROW"):
            rest = Scan(scan.tokens, index + 1)
            rest.run()
            whole = rest.has_relation and not is_no_formula(rest) and not _run(rest).cut
            return rest if whole else None
    return None


def _starts_chain(tokens: list[Token], index: int) -> bool:
    """Return whether a chain starts at a token, so that only the side before it is not read."""
    scan = Scan(tokens, index)
    scan.run()
    return scan.has_relation


def _behind_words(tokens: list[Token], index: int) -> int:
    """Return the index behind words and ends of rows from `index` on with which no formula can start."""
    if tokens[index].type in APART:
        return index + 1
    if tokens[index].type != "WORD":
        return index
    end = index + 1
    while end < len(tokens) and end - index < MOST_WORDS and tokens[end].type in ("WORD", "NAME"):
        end += 1
    behind = tokens[end].type if end < len(tokens) else ""
    return end if behind not in STRONG and behind != "OPEN" else index
