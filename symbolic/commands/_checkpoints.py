"""What `count` says of a checkpoint that was named, or that lies in a named folder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from symbolic.batch.sources import ConfigSource
from symbolic.configs.checkpoints import checkpoint_of
from symbolic.configs.model import Model
from symbolic.formulas.figures import grouped
from symbolic.terminal import echo

if TYPE_CHECKING:
    from symbolic.measuring.stored import StoredTotal


def stored(source: ConfigSource, model: Model, figures: Mapping[str, int]) -> StoredTotal | None:
    """Return what the checkpoint that a source names holds, beside the model's total; None where it names none."""
    file = None if source.record else checkpoint_of(source.given)
    if file is None:
        return None
    from symbolic.configs.checkpoints import missing_from, read_checkpoint
    from symbolic.measuring.stored import compare

    if Path(source.given).is_dir() and (missing := missing_from(file)):
        # A folder is named for its config; its weights are often left where they were.
        echo(f"{model.name}: {missing} is not there, so what the checkpoint stores is not compared", err=True)
        return None
    return compare(read_checkpoint(file), model, next(iter(figures.values())))


def print_stored(found: StoredTotal) -> None:
    """Print how many numbers a checkpoint stores, and which of them the derivation does not have."""
    echo(f"the checkpoint stores {grouped(found.stored)} numbers in {_tensors(found.tensors)}")
    for extra in found.extras:
        echo(f"  {grouped(extra.numbers)} of them: {extra.why} ({_tensors(extra.tensors)})")
    if found.unexplained:
        more = "more" if found.unexplained > 0 else "fewer"
        echo(f"  {grouped(abs(found.unexplained))} {more} than derived, and we can't say why")
    else:
        echo(f"  {'the others' if found.extras else 'they'} are as many as the derivation has")


def _tensors(count: int) -> str:
    return "1 tensor" if count == 1 else f"{grouped(count)} tensors"


def stored_data(found: StoredTotal | None) -> dict[str, object]:
    """Return what a checkpoint stores as data for JSON; nothing where there is no checkpoint."""
    return {} if found is None else {"checkpoint": {**asdict(found), "unexplained": found.unexplained}}
