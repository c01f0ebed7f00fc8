"""A handout: its forms, and the folder with all their files."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from symbolic.handouts import exports, seeds
from symbolic.handouts.exports import File
from symbolic.handouts.folder import Folder, replaced
from symbolic.handouts.form import Form, Settings
from symbolic.handouts.making import make_form
from symbolic.handouts.typesetting import Typesetter, TypstSource
from symbolic.language import Inside, speaking, translate
from symbolic.pages.page import Cell, Page, Paragraph, Section, Table
from symbolic.pages.prose import plain
from symbolic.terminal import visible

Student = tuple[str, str]
Progress = Callable[[Iterable[Student]], Iterable[Student]]


class Written(NamedTuple):
    """The paths within the folder that were written, and those where somebody else's file was kept."""

    paths: tuple[str, ...]
    kept: tuple[str, ...]


FOLDERS = ("sheets", "keys")


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
) -> Written:
    """Write every form in every format; on a failure nothing is written."""
    exports.check_names(formats)
    written: list[str] = []
    ids: set[str] = set()
    expected = 2 * len(students) if "pdf" in formats else 0
    with (
        speaking(settings.language),
        replaced(target, _same(settings, students), force=force) as folder,
        Typesetter(expected) as typeset,
    ):
        forms: list[Form] = []
        for who, student in progress(students):
            form = make_form(settings, who, student, ids)
            ids.add(form.id)
            forms.append(form)
            for name in formats:
                written += _put(folder, exports.of_form(name, form), typeset)
        for name in formats:
            written += _put(folder, exports.of_all(name, forms), typeset)
        written += _put(folder, _index(settings, forms, written), typeset)
        if settings.seed.secret:
            folder.put(seeds.FILE, settings.seed.file.encode())
    return Written(tuple(path for path in written if path not in folder.kept), tuple(folder.kept))


def _put(folder: Folder, files: Iterable[File], typeset: Typesetter) -> list[str]:
    paths = []
    for path, content in files:
        if isinstance(content, TypstSource):
            typeset(content, partial(folder.put, path))
        else:
            folder.put(path, visible(content).encode("utf-8", "replace") if isinstance(content, str) else content)
        paths.append(path)
    return paths


def _same(settings: Settings, students: Sequence[Student]) -> dict[str, object]:
    """Return what identifies the forms: the same settings write to the same folder again."""
    like = settings.like
    roster = sha256("\0".join(part for student in students for part in student).encode("utf-8", "replace"))
    return {
        "seed": settings.seed.says,
        "model": like.model.name,
        "sizes": dict(like.model.sizes),
        "quantity": like.quantity.name,
        "convention": like.convention.name,
        "inputs": {name: str(value) for name, value in like.inputs.sizes.items()},
        **({"choices": dict(like.quantity.chosen)} if like.quantity.chosen else {}),
        "fade": settings.fade,
        "questions": list(settings.questions),
        "easy": settings.easy,
        "varied": settings.varied,
        "paper": settings.paper,
        "language": settings.language,
        "check": settings.check,
        "forms": len(students),
        "students": roster.hexdigest()[:12],
    }


def _index(settings: Settings, forms: Sequence[Form], written: Sequence[str]) -> Iterator[File]:
    """Yield the page that lists the forms and leads to their files, for a browser and for a text editor."""
    from symbolic.pages.rendering import as_html, as_markdown

    page = _index_page(settings, forms, written)
    yield "index.html", as_html.render_page(page)
    yield "index.md", as_markdown.render_page(page)


def _index_page(settings: Settings, forms: Sequence[Form], written: Sequence[str]) -> Page:
    say, like, seed = settings.prose, settings.like, settings.seed
    columns = tuple(say(f"column_{name}") for name in ("form", "student", "files", "sheets", "keys"))
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            f"`{form.id}`",
            plain(form.student),
            f"`{form.stem}`",
            *(_links(path for path in written if _is_of(path, f"{folder}/{form.stem}")) for folder in FOLDERS),
        )
        for form in forms
    )
    section = Section(
        "forms",
        say("index_forms"),
        (Paragraph(say("index_files")), Table("", columns, rows)),
    )
    return Page(
        title=say("index_title", model=like.model.name).replace("\\", ""),
        subtitle=say("index_subtitle", title=Inside(like.quantity.title), seed=seed.text, secret=seed.secret).replace(
            "\\", ""
        ),
        total=None,
        rounded="",
        unit=translate(like.unit),
        lead=(Paragraph(say("index_intro", secret=seed.secret)),),
        sections=(section,),
        sizes=like.sizes,
    )


def _is_of(path: str, start: str) -> bool:
    """Return whether a file is of the form whose files start so."""
    return path.startswith(f"{start}.") and "/" not in path[len(start) :]


def _links(paths: Iterable[str]) -> str:
    """Return links to files, by their endings."""
    return ", ".join(f"[{path.rpartition('.')[2].upper()}]({path})" for path in paths)
