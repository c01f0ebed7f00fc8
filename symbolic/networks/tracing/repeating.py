"""Modules that are alike do not all run: what one multiplies, the others multiply too, each with its own weights.

Of layers alike in one container, and of parts alike in its layers, two run that are called alike, and the last. The
others are taken to do what the second did, as long as they are called as it was. Where the second or the last did
something else than the one before, all of them run. The last shows it of those that know their places in the container
or were given an object; others have nothing by which to do anything else. Of those that were seen to do the same in an
earlier pass only the first runs in the next, with another number of tokens.
"""

from __future__ import annotations

import copy
import inspect
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import torch
from torch.utils._pytree import tree_flatten, tree_unflatten

from symbolic.networks.tracing.cached import states
from symbolic.networks.tracing.construction import in_description
from symbolic.networks.tracing.forward import Multiplied, Recorder, recorded
from symbolic.networks.tracing.likeness import NUMBER, PLACE, alike, described, is_fixed, size

FEWEST = 4
"""Of fewer modules alike each runs."""


class Unlike(Exception):
    """The last of some modules did something else than the others were taken to do, or did not run."""


@dataclass
class ModuleRun:
    """What a module did: how it was called, its products, what it returned, and the layers of the cache it changed."""

    place: int
    name: str
    given: list[Any]
    products: list[Multiplied]
    out: Any
    returned: list[Any]
    through: list[int | None]
    kept: list[int]

    def as_of(self, place: int, name: str, tied: Mapping[str, str]) -> ModuleRun:
        """Return what another module does that is alike; `tied` has the first name of weights with several."""
        own = {first: other for other, first in tied.items() if other.startswith(f"{self.name}.")}
        products = []
        for one in self.products:
            weight = _renamed(own.get(one.weight, one.weight), self.name, name)
            module = _renamed(one.module, self.name, name)
            products.append(replace(one, module=module, weight=tied.get(weight, weight)))
        kept = [at + place - self.place for at in self.kept]
        return replace(self, place=place, name=name, products=products, kept=kept)

    def same(self, other: ModuleRun, tied: Mapping[str, str]) -> bool:
        """Return whether two modules did the same."""
        mine = self.as_of(other.place, other.name, tied)
        return (
            [_axes(one) for one in mine.products] == [_axes(one) for one in other.products]
            and mine.kept == other.kept
            and mine.returned == other.returned
        )

    def out_of(self, given: Any) -> Any:
        """Return what the module returns, of what it is given itself where that goes through."""
        if all(at is None for at in self.through):
            return self.out
        (leaves, structure), own = tree_flatten(self.out), tree_flatten(given)[0]
        return tree_unflatten(
            [leaf if at is None else own[at] for leaf, at in zip(leaves, self.through, strict=True)], structure
        )


def _axes(one: Multiplied) -> tuple[Any, ...]:
    return one.module, one.weight, *map(size, one.axes), "rows", *map(size, one.rows)


def _renamed(name: str, old: str, new: str) -> str:
    return new + name.removeprefix(old) if f"{name}.".startswith(f"{old}.") else name


@dataclass
class AlikeModules:
    """Modules that are alike, with the places of their layers in the container, in order, and the one that ran before.

    `placed` says that they know their places, `sure` that they did the same in an earlier pass, `alike` that the two
    which ran last were called alike and did the same, `seen` that two once did, `unlike` that two did not, `replayed`
    that some did not run, `skipped` that one of them could have done otherwise, and `held` that the last one did what
    these were taken to do.
    """

    recorder: Recorder
    places: list[int]
    placed: bool
    sure: bool = False
    before: ModuleRun | None = None
    alike: bool = False
    seen: bool = False
    unlike: bool = False
    replayed: bool = False
    skipped: bool = False
    held: bool = False

    def forward(self, number: int, name: str, run: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Run a module, or note what it would do and return what the one before returned."""
        place, last = self.places[number], number == len(self.places) - 1
        given = self._given(run, place, args, kwargs)
        known = self.alike and (self.sure or not last) and not self.unlike
        if self.before and known and self.before.given == given:
            replayed = self.before.as_of(place, name, self.recorder.tied)
            whole = described(replayed.out) == replayed.returned  # code may have turned it in place
            if whole and _copied(_caches(args, kwargs), self.before.kept, replayed.kept):
                self.recorder.found += replayed.products
                self.replayed = True
                self.skipped = self.skipped or (not self.sure and (self.placed or not is_fixed(given)))
                return replayed.out_of((args, kwargs))
        made, constant = self._run(place, name, given, run, args, kwargs)
        called_alike = self.before is not None and self.before.given == given
        same = constant and self.before is not None and self.before.same(made, self.recorder.tied)
        self.unlike = self.unlike or (called_alike and not same)
        self.held = called_alike and same if last else self.held
        if (self.unlike and self.replayed) or (last and self.skipped and not self.held):
            raise Unlike
        self.seen = self.seen or (called_alike and same)
        if not last:
            self.before, self.alike = made, constant if self.sure else called_alike and same
        return made.out

    def _run(
        self, place: int, name: str, given: list[Any], run: Callable[..., Any], args: Any, kwargs: Any
    ) -> tuple[ModuleRun, bool]:
        """Run a module; beside what it did, whether what it was given is as it was: not a list that it adds to."""
        start, caches = len(self.recorder.found), _caches(args, kwargs)
        earlier = [_held(cache) for cache in caches]
        own = {id(one): at for at, one in enumerate(tree_flatten((args, kwargs))[0]) if isinstance(one, torch.Tensor)}
        out = run(*args, **kwargs)
        kept = sorted({at for cache, old in zip(caches, earlier, strict=True) for at in _changed(old, _held(cache))})
        through = [own.get(id(one)) for one in tree_flatten(out)[0]]
        made = ModuleRun(place, name, given, self.recorder.found[start:], out, described(out), through, kept)
        return made, self._given(run, place, args, kwargs) == given

    def _given(self, run: Callable[..., Any], place: int, args: Any, kwargs: Any) -> list[Any]:
        """Return what a call gives: what it is compared by, and which of its tensors are weights of other modules."""
        weights = map(self.recorder.weight_of, tree_flatten((args, kwargs))[0])
        return [*described(_placed(run, place, args, kwargs)), ("weights", *weights)]


def _placed(run: Callable[..., Any], place: int, args: Any, kwargs: Any) -> Any:
    """Return what a module is given, without the number of its layer, which differs in calls that are alike."""

    def placed(name: str, value: Any) -> Any:
        return PLACE if type(value) is int and value == place and NUMBER.search(name) else value

    if any(type(one) is int and one == place for one in args):
        names = [*inspect.signature(run).parameters, *[""] * len(args)]
        args = tuple(map(placed, names, args))
    return args, {name: placed(name, value) for name, value in kwargs.items()}


def _caches(*given: Any) -> list[Any]:
    """Return the caches of transformers that a layer was given: each has its own part for each layer."""
    found = {id(one): one for one in tree_flatten(given)[0] if isinstance(getattr(one, "layers", None), list)}
    return list(found.values())


def _held(cache: Any) -> list[list[Any]]:
    return [[one for _name, one in states(layer)] for layer in cache.layers]


def _changed(old: list[list[Any]], new: list[list[Any]]) -> Iterator[int]:
    for at, now in enumerate(new):
        then = old[at] if at < len(old) else []
        if len(then) != len(now) or any(one is not other for one, other in zip(then, now, strict=True)):
            yield at


def _copied(caches: list[Any], kept: list[int], places: list[int]) -> bool:
    """Put the parts of a cache that a layer changed where another would have changed them; False where it can't be."""
    if kept and len(caches) != 1:
        return False
    for old, new in zip(kept, places, strict=True):
        layers = caches[0].layers
        if new > len(layers):
            return False
        layers[new : new + 1] = [copy.copy(layers[old])]
    return True


@contextmanager
def repeated(module: Any, recorder: Recorder, sure: set[tuple[str, ...]]) -> Iterator[None]:
    """Let modules that are alike run only as far as the first two and the last of them do.

    `sure` has the names of those of which the first is enough, and gets those that were seen to do the same.
    """
    changed, rows = [], {}
    for found in alike(module, FEWEST):
        places, names, _parts = zip(*found.modules, strict=True)
        row = rows[names] = AlikeModules(recorder, list(places), found.placed, names in sure)
        for number, (_place, name, part) in enumerate(found.modules):
            if "forward" not in vars(part):
                part.forward = partial(row.forward, number, in_description(name), part.forward)
                changed.append(part)
    try:
        yield
        if any(row.skipped and not row.held for row in rows.values()):
            raise Unlike
        sure |= {names for names, row in rows.items() if row.seen and not row.unlike}
    finally:
        for part in changed:
            del part.forward


def recorded_once(
    module: Any, call: Callable[[], Any], sure: set[tuple[str, ...]] | None = None
) -> tuple[list[Multiplied], Any]:
    """Run a call of a module in which modules alike need not all run; return its products, and what it returned.

    `sure` is what earlier passes of it found, and gets what this one does.
    """
    recorder = Recorder(module)
    try:
        with repeated(module, recorder, set() if sure is None else sure):
            return recorded(module, call, recorder)
    except Unlike:
        return recorded(module, call)
