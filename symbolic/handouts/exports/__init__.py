"""Exports: one file each, a format, found by listing this folder.

A module has `form_files(form)` for the files of one form, `handout_files(forms)` for those of all forms, or both. They
give paths within the handout's folder (`sheets/…` for students, `keys/…` for teachers) with what stands in the file.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import TypeAlias

from symbolic.errors import UnknownName
from symbolic.handouts.form import Form

File: TypeAlias = tuple[str, str | bytes]


WITH_EXTRA = frozenset({"docx"})
"""Formats that need more than a plain installation."""


@cache
def names() -> tuple[str, ...]:
    """Return the formats' names, in alphabetical order."""
    return tuple(sorted(module.name for module in iter_modules(__path__)))


def in_all() -> tuple[str, ...]:
    """Return the formats that "all" stands for: those that need nothing but a plain installation."""
    return tuple(name for name in names() if name not in WITH_EXTRA)


def check_names(formats: Sequence[str]) -> None:
    """Raise UnknownName for the first name that is no format."""
    for name in formats:
        if name not in names():
            raise UnknownName("format of handouts", name, names())


def of_form(name: str, form: Form) -> Iterator[File]:
    """Yield the files of one form."""
    yield from _call(name, "form_files", form)


def lists_all(name: str) -> bool:
    """Return whether a format has files that hold all forms."""
    return hasattr(import_module(f"{__name__}.{name}"), "handout_files")


def of_all(name: str, forms: Sequence[Form]) -> Iterator[File]:
    """Yield the files that hold all forms."""
    yield from _call(name, "handout_files", forms)


def _call(name: str, what: str, given: object) -> Iterator[File]:
    make = getattr(import_module(f"{__name__}.{name}"), what, None)
    if make is not None:
        yield from make(given)
