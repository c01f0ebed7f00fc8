"""A handout: its forms, and the folder with all their files."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from hashlib import sha256
from itertools import islice, takewhile
from pathlib import Path
from typing import NamedTuple

from symbolic.executing import executor, in_order
from symbolic.handouts import exports, seeds
from symbolic.handouts.exports import File
from symbolic.handouts.folder import Folder, replaced
from symbolic.handouts.form import Form, Settings
from symbolic.handouts.making import make_form
from symbolic.language import Inside, speaking, translate
from symbolic.pages.cells import Cell
from symbolic.pages.page import Page, Paragraph, Section, Table
from symbolic.pages.prose import plain
from symbolic.processes import processors
from symbolic.terminal import visible

Student = tuple[str, str]
Files = list[tuple[str, bytes]]
FEW = 4
"""So few forms are made before other processes have started."""


class Written(NamedTuple):
    """The paths within the folder that were written, and those where somebody else's file was kept."""

    paths: tuple[str, ...]
    kept: tuple[str, ...]


FOLDERS = ("sheets", "keys")
PLATFORMS = frozenset({"keys/moodle.xml", "keys/qti-1.2-canvas.zip", "keys/qti-2.1.zip"})
"""The files for learning platforms."""


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
    jobs: int | None = None,
    scheduler: str = "",
    progress: Callable[[], object] = lambda: None,
) -> Written:
    """Write every form in every format; on a failure nothing is written.

    Forms are made in `jobs` processes, as many as processors where it is not given, or on the Dask cluster at
    `scheduler`; the files are the same. `progress` is called after each form.
    """
    exports.check_names(formats)
    written: list[str] = []
    with (
        speaking(settings.language),
        replaced(target, _same(settings, students), force=force) as folder,
    ):
        forms: list[Form] = []
        named: list[Named] = []
        ids: set[str] = set()
        together = any(map(exports.lists_all, formats))
        for student, made in _each(partial(_made, settings, formats), students, jobs, scheduler):
            # A form that is made elsewhere does not know of others: where its id is taken, it is made again.
            form, files = _made(settings, formats, student, ids) if made[0].id in ids else made
            ids.add(form.id)
            named.append(Named(form.id, form.named, form.stem, form.points, form.by_hand))
            # A form with its derivation takes a quarter of a megabyte: of a school only what lists them all needs it.
            forms += [replace(form, settings=settings)] if together else []
            written += _put(folder, files)
            progress()
        for name in formats:
            written += _put(folder, _as_bytes(exports.of_all(name, forms)))
        written += _put(folder, _as_bytes(_index(settings, named, written)))
        if settings.seed.secret:
            folder.put(seeds.FILE, settings.seed.file.encode())
    return Written(tuple(path for path in written if path not in folder.kept), tuple(folder.kept))


class Named(NamedTuple):
    """What a list of the forms says of one: its id, whose it is, how its files are called, its points.

    `by_hand` are those that a person gives.
    """

    id: str
    student: str
    stem: str
    points: int
    by_hand: int


Make = Callable[[Student], tuple[Form, Files]]


def _each(
    make: Make, students: Sequence[Student], jobs: int | None, scheduler: str
) -> Iterator[tuple[Student, tuple[Form, Files]]]:
    """Yield each student with the form and its files, in order."""
    workers = min(jobs or processors(), len(students))
    if not scheduler and (workers == 1 or len(students) <= FEW):
        yield from ((student, make(student)) for student in students)
        return
    with executor(workers, scheduler) as (submit, count):
        yield from in_order(make, students, submit, count)


def _made(
    settings: Settings, formats: Sequence[str], student: Student, taken: Container[str] = ()
) -> tuple[Form, Files]:
    """Return a form, and its files in each format; it may run in any process."""
    with speaking(settings.language):
        form = make_form(settings, *student, taken)
        return form, [file for name in formats for file in _as_bytes(exports.of_form(name, form))]


def _as_bytes(files: Iterable[File]) -> Files:
    return [
        (path, visible(content).encode("utf-8", "replace") if isinstance(content, str) else content)
        for path, content in files
    ]


def _put(folder: Folder, files: Files) -> list[str]:
    for path, content in files:
        folder.put(path, content)
    return [path for path, _ in files]


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
        **({"short": True} if settings.short else {}),
        "varied": settings.varied,
        "paper": settings.paper,
        "language": settings.language,
        "check": settings.check,
        "forms": len(students),
        "students": roster.hexdigest()[:12],
    }


def _index(settings: Settings, forms: Sequence[Named], written: Sequence[str]) -> Iterator[File]:
    """Yield the page that lists the forms and leads to their files, for a browser and for a text editor."""
    from symbolic.pages.rendering import as_html, as_markdown

    page = _index_page(settings, forms, written)
    yield "index.html", as_html.render_page(page)
    yield "index.md", as_markdown.render_page(page)


def _index_page(settings: Settings, forms: Sequence[Named], written: Sequence[str]) -> Page:
    say, like, seed = settings.prose, settings.like, settings.seed
    named = any(form.student for form in forms)
    columns = tuple(
        say(f"column_{name}") for name in ("form", *(("student",) if named else ()), "files", "sheets", "keys")
    )
    paths, places = sorted(written), {path: place for place, path in enumerate(written)}
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            f"`{form.id}`",
            *((plain(form.student),) if named else ()),
            f"`{form.stem}`",
            *(_links(_of_form(f"{folder}/{form.stem}", paths, places)) for folder in FOLDERS),
        )
        for form in forms
    )
    section = Section(
        "forms",
        say("index_forms"),
        (Paragraph(say("index_files")), *_platforms(settings, forms, written), Table("", columns, rows)),
    )
    return Page(
        title=say("index_title", model=like.model.display_name).replace("\\", ""),
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


def _platforms(settings: Settings, forms: Sequence[Named], written: Sequence[str]) -> Iterator[Paragraph]:
    """Yield how many points a learning platform marks by itself, if there are files for one."""
    most = max(forms, key=lambda form: form.points)
    if PLATFORMS.intersection(written) and most.by_hand:
        marked = most.points - most.by_hand
        says = settings.prose("index_platforms", marked=marked, points=most.points, by_hand=most.by_hand)
        yield Paragraph(says)


def _of_form(start: str, paths: Sequence[str], places: Mapping[str, int]) -> list[str]:
    """Return the files of the form whose files start so, in the order of `places`; `paths` are sorted."""
    first = bisect_left(paths, f"{start}.")
    found = takewhile(lambda path: path.startswith(f"{start}."), islice(paths, first, None))
    return sorted((path for path in found if "/" not in path[len(start) :]), key=places.__getitem__)


def _links(paths: Iterable[str]) -> str:
    """Return links to files, by their endings."""
    return ", ".join(f"[{path.rpartition('.')[2].upper()}]({path})" for path in paths)
