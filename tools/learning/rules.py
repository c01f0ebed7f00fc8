"""Which conditions a tensor hangs on: a small decision tree over comparisons that the code itself made."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from symbolic.networks.learned.conditions import Condition, all_of, any_of, negated


@dataclass
class Table:
    """Rows (a config, a layer) × conditions, true or false."""

    conditions: list[Condition]
    truth: np.ndarray


def rule(wanted: np.ndarray, table: Table, depth: int = 7) -> Condition | bool | None:
    """The shortest condition that is true exactly on the wanted rows; True for all; None where there is none."""
    if wanted.all():
        return True
    columns = _unique(table.truth)
    tree = _tree(wanted, np.ones(len(wanted), bool), table, columns, depth)
    if tree is None:
        return None
    return _condition(tree, table)


def _unique(truth: np.ndarray) -> list[int]:
    seen: dict[bytes, int] = {}
    for column in range(truth.shape[1]):
        values = truth[:, column]
        if values.all() or not values.any():
            continue
        key = values.tobytes()
        other = (~values).tobytes()
        if key not in seen and other not in seen:
            seen[key] = column
    return list(seen.values())


Tree = bool | tuple[int, "Tree", "Tree"]


def _entropy(positive: np.ndarray, count: np.ndarray) -> np.ndarray:
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(count > 0, positive / np.maximum(count, 1), 0.0)
        parts = -share * np.log2(np.where(share > 0, share, 1)) - (1 - share) * np.log2(
            np.where(share < 1, 1 - share, 1)
        )
    return parts * count


def _tree(wanted: np.ndarray, rows: np.ndarray, table: Table, columns: list[int], depth: int) -> Tree | None:
    here = wanted[rows]
    if here.all():
        return True
    if not here.any():
        return False
    if depth == 0 or not columns:
        return None
    truth = table.truth[rows][:, columns]
    count = truth.sum(0).astype(float)
    yes = (truth & here[:, None]).sum(0).astype(float)
    total, positive = float(len(here)), float(here.sum())
    cost = _entropy(yes, count) + _entropy(positive - yes, total - count)
    useful = (count > 0) & (count < total)
    cost = np.where(useful, cost, np.inf)
    order = np.argsort(cost + 1e-9 * np.arange(len(columns)), kind="stable")
    for at in order[:3]:
        if not np.isfinite(cost[at]):
            return None
        column = columns[at]
        true_rows = rows & table.truth[:, column]
        false_rows = rows & ~table.truth[:, column]
        left = _tree(wanted, true_rows, table, columns, depth - 1)
        if left is None:
            continue
        right = _tree(wanted, false_rows, table, columns, depth - 1)
        if right is not None:
            return (column, left, right)
    return None


def _condition(tree: Tree, table: Table) -> Condition | bool:
    if isinstance(tree, bool):
        return tree
    column, left, right = tree
    this = table.conditions[column]
    yes, no = _condition(left, table), _condition(right, table)
    if yes is True and no is False:
        return this
    if yes is False and no is True:
        return negated(this)
    if yes is True:
        return any_of(this, no)
    if yes is False:
        return all_of(negated(this), no)
    if no is False:
        return all_of(this, yes)
    if no is True:
        return any_of(negated(this), yes)
    return any_of(all_of(this, yes), all_of(negated(this), no))
