"""What `count` says of a checkpoint that was named, or that lies in a named folder."""

from __future__ import annotations

from dataclasses import asdict

from symbolic.configs.checkpoints import checkpoint_of, read_checkpoint
from symbolic.configs.model import Model
from symbolic.formulas.figures import grouped
from symbolic.measuring.stored import StoredTotal, compare
from symbolic.terminal import echo


def stored(given: tuple[str, ...], counted: list[tuple[Model, dict[str, int]]]) -> dict[str, StoredTotal]:
    """Return what each named checkpoint holds beside the model's total, by the model's name."""
    if len(given) != len(counted):
        return {}
    files = [checkpoint_of(path) for path in given]
    return {
        model.name: compare(read_checkpoint(file), model, next(iter(figures.values())))
        for file, (model, figures) in zip(files, counted, strict=True)
        if file is not None
    }


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
    """Return the same as data; nothing where there is no checkpoint."""
    return {} if found is None else {"checkpoint": {**asdict(found), "unexplained": found.unexplained}}
