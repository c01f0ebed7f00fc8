"""The text of a description: the lines that say what a forward pass does, and the others."""

from __future__ import annotations

from symbolic.networks.learned.doing import DOES
from symbolic.networks.learned.reading import HEAD


def without(text: str) -> str:
    """A description without what it says of the forward pass: from the line `derives` to the tree."""
    kept = text.split("\n")
    if not any(line.partition(" ")[0] in DOES for line in kept):
        # One that nobody ran yet, or for which nothing but the weights was right.
        return "\n".join(line for line in kept if not line.startswith("derives"))
    begin = next((at for at, line in enumerate(kept) if line.startswith("derives")), tree_of(kept))
    return "\n".join([*kept[:begin], *kept[tree_of(kept) :]])


def does_of(texts: str, model_class: str) -> list[str]:
    """The lines that shipped descriptions of a type have of a class's forward pass."""
    for text in texts.split("\n\n"):
        if text.strip().partition("\n")[0].endswith(f" {model_class}"):
            kept = text.strip().split("\n")
            begin = next((at for at, line in enumerate(kept) if line.startswith("derives")), tree_of(kept))
            return kept[begin : tree_of(kept)]
    return []


def tree_of(kept: list[str]) -> int:
    """The number of the line that the tree begins with."""
    return next(at for at, line in enumerate(kept[1:], start=1) if line and line.partition(" ")[0] not in HEAD)
