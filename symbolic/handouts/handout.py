"""A handout: its forms, and the folder with all their files."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256
from pathlib import Path

from symbolic.formulas.figures import grouped
from symbolic.handouts import exports
from symbolic.handouts.exports import File
from symbolic.handouts.folder import replaced
from symbolic.handouts.form import Form, Settings
from symbolic.handouts.making import make_form
from symbolic.handouts.typesetting import Typesetter, TypstSource
from symbolic.language import Inside, speaking, translate
from symbolic.pages.page import Cell, Page, Paragraph, Section, Table
from symbolic.pages.prose import plain

Student = tuple[str, str]
Progress = Callable[[Iterable[Student]], Iterable[Student]]


def numbered(count: int) -> tuple[Student, ...]:
    """Return forms without names: 1, 2, 3."""
    return tuple((str(index), "") for index in range(1, count + 1))


def write(
    settings: Settings,
    students: Sequence[Student],
    formats: Sequence[str],
    target: Path,
    *,
    force: bool = False,
    progress: Progress = iter,
) -> list[str]:
    """Write every form in every format and return the paths within the folder; on a failure nothing is written."""
    exports.check_names(formats)
    written: list[str] = []
    expected = 2 * len(students) if "pdf" in formats else 0
    with (
        speaking(settings.language),
        replaced(target, _same(settings, students), force=force) as folder,
        Typesetter(expected) as typeset,
    ):
        forms: list[Form] = []
        for who, student in progress(students):
            form = make_form(settings, who, student)
            forms.append(form)
            for name in formats:
                written += _put(folder, exports.of_form(name, form), typeset)
        for name in formats:
            written += _put(folder, exports.of_all(name, forms), typeset)
        written += _put(folder, [("index.md", _index(settings, forms))], typeset)
    return written


def _put(folder: Path, files: Iterable[File], typeset: Typesetter) -> list[str]:
    paths = []
    for path, content in files:
        place = folder / path
        place.parent.mkdir(exist_ok=True)
        if isinstance(content, TypstSource):
            typeset(content, place.write_bytes)
        else:
            place.write_bytes(content.encode("utf-8", "replace") if isinstance(content, str) else content)
        paths.append(path)
    return paths


def _same(settings: Settings, students: Sequence[Student]) -> dict[str, object]:
    """Return what identifies the forms: the same settings write to the same folder again."""
    like = settings.like
    roster = sha256("\0".join(part for student in students for part in student).encode("utf-8", "replace"))
    return {
        "seed": settings.seed,
        "model": like.model.name,
        "sizes": dict(like.model.sizes),
        "quantity": like.quantity.name,
        "convention": like.convention.name,
        "inputs": {name: str(value) for name, value in like.inputs.sizes.items()},
        "fade": settings.fade,
        "questions": list(settings.questions),
        "easy": settings.easy,
        "varied": settings.varied,
        "paper": settings.paper,
        "language": settings.language,
        "forms": len(students),
        "students": roster.hexdigest()[:12],
    }


def _index(settings: Settings, forms: Sequence[Form]) -> str:
    from symbolic.pages.rendering.as_markdown import render_page

    say, like = settings.prose, settings.like
    columns = tuple(say(f"column_{name}") for name in ("form", "student", "files", "total"))
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (f"`{form.id}`", plain(form.student), f"`{form.stem}`", grouped(form.derivation.total)) for form in forms
    )
    section = Section(
        "forms",
        say("index_forms"),
        (Paragraph(say("index_files")), Table("", columns, rows, frozenset({3}))),
    )
    page = Page(
        title=say("index_title", model=like.model.name).replace("\\", ""),
        subtitle=say("index_subtitle", title=Inside(like.quantity.title), seed=settings.seed).replace("\\", ""),
        total=None,
        rounded="",
        unit=translate(like.unit),
        lead=(Paragraph(say("index_intro")),),
        sections=(section,),
        sizes=like.sizes,
    )
    return render_page(page)
