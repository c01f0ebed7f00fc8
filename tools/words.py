"""The catalogues of words, `symbolic/locale/LANGUAGE/LC_MESSAGES/symbolic.po`, and their compiled copies.

    python tools/words.py          bring every catalogue up to date with the code and templates, and compile it
    python tools/words.py fr       start a catalogue for French

Babel finds the messages: in Python what `gettext`, `lazy` and their like are given, in templates what stands between
`{% trans %}` and `{% endtrans %}`, in scripts what `_` is given, in TOML tables what a page prints of them.
"""

from __future__ import annotations

import io
import re
import sys
import tomllib
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

HERE = Path(__file__).parents[1]
LOCALES = HERE / "symbolic" / "locale"
NAME = "symbolic"
KEYWORDS: dict[str, Any] = {
    "_": None,
    "gettext": None,
    "lazy": None,
    "ngettext": (1, 2),
    "noun": (1, 2),
    "unit": (1, 2),
    "pgettext": ((1, "c"), 2),
}
CALLED = re.compile(rf"\b(?:{'|'.join(KEYWORDS)})\s*\(".encode())
BRACES = {"newstyle_gettext": "true", "trim_blocks": "true", "lstrip_blocks": "true"}
ANGLES = BRACES | {
    "block_start_string": "<%",
    "block_end_string": "%>",
    "variable_start_string": "<<",
    "variable_end_string": ">>",
    "comment_start_string": "<#",
    "comment_end_string": "#>",
}
SOURCES: tuple[tuple[str, str, Mapping[str, str]], ...] = (
    ("symbolic/**/*.py", "python", {}),
    ("templates/prose/*.md", "jinja2", BRACES),
    ("templates/html/*.jinja", "jinja2", BRACES),
    ("templates/latex/*.tex", "jinja2", ANGLES),
    ("templates/html/*.js", "javascript", {}),
    (
        "symbolic/configs/models/*.toml",
        "toml",
        {"keys": "name who instead_of mistake source note kept shared included label"},
    ),
    ("symbolic/measuring/chinchilla.toml", "toml", {"keys": "about"}),
)
NEVER = datetime(2000, 1, 1, tzinfo=UTC)
"""The date in each header: the same words make the same file."""


def template() -> Catalog:
    """Return every message of the project, with the files that it stands in."""
    found = Catalog(project=NAME, creation_date=NEVER, revision_date=NEVER, fuzzy=False)
    for pattern, method, options in SOURCES:
        for path in sorted(HERE.glob(pattern)):
            name = path.relative_to(HERE).as_posix()
            for line, message, comments, context in _messages(path, method, options):
                found.add(message, locations=[(name, line)], auto_comments=comments, context=context)
    return found


def _messages(path: Path, method: str, options: Mapping[str, str]) -> Iterator[tuple[int, Any, list[str], str | None]]:
    text = path.read_bytes()
    if method == "toml":
        keys = options["keys"].split()
        yield from ((0, message, [], None) for message in _of_table(tomllib.loads(text.decode()), keys))
        return
    # Two thirds of the modules have no message: to find that out token by token would take most of the time.
    if method != "python" or CALLED.search(text):
        yield from extract(method, io.BytesIO(text), KEYWORDS, (), options)


def _of_table(table: Mapping[str, Any], keys: list[str]) -> Iterator[str]:
    """Yield what stands under these keys, one below the top."""
    rows = (row for value in table.values() for row in (value if isinstance(value, list) else [value]))
    for row in rows:
        for key, text in row.items() if isinstance(row, Mapping) else ():
            # A source with an address is a title, which stays as it is; one without is said in words.
            if key in keys and not (key == "source" and "://" in text):
                yield text
            if isinstance(text, list):
                yield from _of_table({key: text}, keys)


def catalogue(path: Path) -> Catalog:
    """Return a catalogue as it stands in a file."""
    with path.open("rb") as file:
        return read_po(file, locale=path.parts[-3])


def updated(old: Catalog) -> Catalog:
    """Return a catalogue with every message of the project and no other; new ones have no translation yet."""
    made = Catalog(old.locale, project=NAME, creation_date=NEVER, revision_date=NEVER, fuzzy=False)
    for message in template():
        if message.id:
            known = old.get(message.id if isinstance(message.id, str) else message.id[0], message.context)
            string = known.string if known is not None and isinstance(known.id, type(message.id)) else None
            made.add(
                message.id, string, message.locations, auto_comments=message.auto_comments, context=message.context
            )
    return made


def written(catalog: Catalog) -> bytes:
    """Return a catalogue as text."""
    file = io.BytesIO()
    write_po(file, catalog, width=120, sort_by_file=True, include_lineno=False, omit_header=False)
    return file.getvalue()


def compiled(catalog: Catalog) -> bytes:
    """Return a catalogue as the program reads it."""
    catalog.creation_date = catalog.revision_date = NEVER
    file = io.BytesIO()
    write_mo(file, catalog)
    return file.getvalue()


def main(languages: list[str]) -> None:
    """Bring the catalogues up to date, and start those of new languages."""
    paths = {path.parts[-3]: path for path in LOCALES.glob(f"*/LC_MESSAGES/{NAME}.po")}
    for language in {*paths, *languages}:
        path = paths.get(language) or LOCALES / language / "LC_MESSAGES" / f"{NAME}.po"
        path.parent.mkdir(parents=True, exist_ok=True)
        made = updated(catalogue(path) if path.exists() else Catalog(language))
        path.write_bytes(written(made))
        path.with_suffix(".mo").write_bytes(compiled(made))
        missing = sum(1 for message in made if message.id and not message.string)
        print(f"{path.relative_to(HERE)}: {len(made)} messages, {missing} without a translation")


if __name__ == "__main__":
    main(sys.argv[1:])
