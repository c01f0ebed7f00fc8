"""The names that a description's tensors have in files."""

from __future__ import annotations

from symbolic.networks.family import Unpacked
from symbolic.networks.learned.description import NAMELESS, RUNNING, Files, Module, Part, Tensor

BUT, AS = "all but ", " as "


def files_of(text: str) -> Files:
    """Read how files call tensors.

    >>> files_of("in files; .mlp. as .block_sparse_moe.; all but indexer.weights_proj")
    Files(others=(('.mlp.', ('.block_sparse_moe.',)),), kept=('indexer.weights_proj',))
    """
    _, *more = text.split("; ")
    others = tuple((one, tuple(names.split())) for one, _, names in (item.partition(AS) for item in more) if names)
    return Files(others, tuple(name for item in more if item.startswith(BUT) for name in item.split()[2:]))


def said(files: Files) -> str:
    """Write what `files_of` reads, with the word before it."""
    others = (f"{old}{AS}{' '.join(new)}" for old, new in files.others)
    kept = (f"{BUT}{' '.join(files.kept)}",) if files.kept else ()
    return "; ".join(("named in files", *others, *kept))


def with_paths(module: Module, files: Files, above: str = "") -> Module:
    """Return a tree whose tensors know their names in files: `model.layers.{}.mlp.fc1.weight`."""
    parts: list[Part] = []
    for part in module.parts:
        if isinstance(part, Tensor):
            parts.append(part.but(paths=_called(above + part.name, files)))
        elif isinstance(part, Module):
            own = above if part.name in (NAMELESS, RUNNING) else f"{above}{part.name}."
            numbered = own.removesuffix(".") if own.endswith("_.") else own
            inside = "" if part.name == RUNNING else "{}."
            parts.append(with_paths(part, files, numbered + inside if part.repeat else own))
        else:
            parts.append(part)
    return module.but(parts=tuple(parts))


def _called(name: str, files: Files) -> tuple[str, ...]:
    kept = name.rpartition(".")[0].endswith(files.kept)
    names: tuple[str, ...] = (name,)
    for old, new in files.others:
        names = tuple(one.replace(old, other) for one in names for other in (new if old in one else (old,)))
    return tuple(map(Unpacked, names)) if kept else names
