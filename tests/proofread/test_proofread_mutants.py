"""A changed digit, sign or factor in one of our own documents is found, or leaves it true.

Whether a mutant is still true is decided by Python's own arithmetic over the changed formula (written_equations.py).
"""

import os
import random
import re
from collections.abc import Callable, Iterator
from itertools import cycle
from typing import TypeVar

import pytest
from own_documents import GROUPS, Source
from sampling import sample
from written_equations import Place, is_true, mutated, other_digit

MUTANTS = int(os.environ.get("SYMBOLIC_MUTANTS", "18"))
"""How many mutants: .ci/run makes 2,000."""
OF_NUMBERS = max(1, MUTANTS // len(GROUPS) // 4)
OF_EQUATIONS = MUTANTS // len(GROUPS) - OF_NUMBERS
TOGETHER = 8
"""So many mutants are made of a document at once at most: each is to be found among the others."""
Where = TypeVar("Where", Place, tuple[int, int])

DOCUMENTS = {group: sample(opened, 12) for group, opened in GROUPS.items()}


@pytest.mark.parametrize("group", sample(list(GROUPS), 2))
def test_what_decides_about_mutants_reads_every_equation(group: str) -> None:
    for opened in DOCUMENTS[group]:
        source = opened()
        assert len(source.equations) >= source.least
        assert len(source.stated) >= 3  # Mamba keeps a state and no keys: its page of the cache is the shortest
        for start, end, form in source.equations:
            assert is_true(source.text[start:end], form, source.values), source.text[start:end]


@pytest.mark.parametrize("group", sample(list(GROUPS), 2))
def test_each_equation_is_read_with_all_its_sides(group: str) -> None:
    for opened in DOCUMENTS[group]:
        source = opened()
        plain = [form.plain(source.text[start:end]) for start, end, form in source.equations]
        assert source.links == [len(re.findall("[=≈]", equation)) for equation in plain]


@pytest.mark.parametrize("group", sample(list(GROUPS), 2))
def test_each_mutant_of_an_equation_is_found_or_still_true(group: str) -> None:
    chance = random.Random(group)
    still_true, missed = 0, []
    for source, places in shared(group, lambda source: source.equations, OF_EQUATIONS, chance):
        changes = {(place.start, place.end): mutant(source, place, chance) for place in places}
        formats = {(place.start, place.end): place.format for place in places}
        for place in source.unfound(changes):
            if is_true(changes[place], formats[place], source.values):
                still_true += 1
            else:
                missed.append(f"{source.name}: {changes[place]}")
    assert not missed, "\n".join(missed)
    # What is rounded up or down, or the larger one of two, may change much and come out the same; the page of the cache
    # alone has four such results.
    assert still_true <= max(3, OF_EQUATIONS / 8)


@pytest.mark.parametrize("group", sample(list(GROUPS), 2))
def test_each_mutant_of_a_number_in_a_table_or_a_sum_so_far_is_found(group: str) -> None:
    chance = random.Random(group)
    missed = []
    for source, places in shared(group, lambda source: source.stated, OF_NUMBERS, chance):
        changes = {place: other_digit(source.text[slice(*place)], chance) for place in places}
        missed += [
            f"{source.name}: {source.text[slice(*place)]} as {changes[place]}" for place in source.unfound(changes)
        ]
    assert not missed, "\n".join(missed)


def shared(
    group: str, places_of: Callable[[Source], list[Where]], count: int, chance: random.Random
) -> Iterator[tuple[Source, list[Where]]]:
    """The documents of a group in turn, each with places that are changed at once: so many in all."""
    for opened in cycle(DOCUMENTS[group]):
        if count <= 0:
            return
        source = opened()
        places = places_of(source)
        chosen = chance.sample(places, min(count, TOGETHER, len(places)))
        yield source, chosen
        count -= len(chosen)


def mutant(source: Source, place: Place, chance: random.Random) -> str:
    """How an equation of a document reads with one thing changed."""
    while True:
        changed = mutated(source.text[place.start : place.end], place.format, chance)
        if changed is not None:
            return changed
