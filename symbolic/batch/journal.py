"""What is done is kept beside the table, so that a run that was stopped goes on, and a second one is short."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path

from symbolic.batch.request import Request
from symbolic.batch.rows import TableRecord, failed, read, written
from symbolic.batch.sources import ConfigSource
from symbolic.errors import SymbolicError

PACKAGE = Path(__file__).parents[1]
WAITING = 60
HELD = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
"""What SQLite says where another process has the file, in the last byte of its codes."""
BYTE = 0xFF
"""Seconds in which another process that fills the same journal has to let go of it."""


class Journal:
    """The rows of sources that are done, by the content of each, in an SQLite database; and the order of this run.

    What is put in is committed at once: a process that is killed loses only what it was just working on.
    """

    def __init__(self, connection: sqlite3.Connection, request: Request) -> None:
        """Take over what this very program found before; what another version found is forgotten."""
        self._database = connection
        self._request = request
        connection.executescript(
            "CREATE TABLE IF NOT EXISTS done (key TEXT PRIMARY KEY, program TEXT, rows TEXT) WITHOUT ROWID;"
            "CREATE TEMP TABLE wanted (place INTEGER PRIMARY KEY, key TEXT, rows TEXT);"
        )
        with connection:
            connection.execute("DELETE FROM done WHERE program <> ?", (_program(),))

    def wants(self, source: ConfigSource) -> str | None:
        """Note that the table has this source next; return its key where it is still to be done."""
        try:
            content = source.digest()
        except (SymbolicError, OSError) as problem:
            # What can't be read now may be readable the next time: this is not kept.
            self._note(None, written([failed(source, self._request, problem)]))
            return None
        identity = "\n".join((repr(self._request), source.given, source.place, content))
        key = hashlib.sha256(identity.encode("utf-8", "surrogatepass")).hexdigest()
        self._note(key, None)
        return None if self._database.execute("SELECT 1 FROM done WHERE key = ?", (key,)).fetchone() else key

    def _note(self, key: str | None, found: str | None) -> None:
        self._database.execute("INSERT INTO temp.wanted (key, rows) VALUES (?, ?)", (key, found))

    def put_once(self, key: str, found: str) -> None:
        """Take the rows of a source for this run only: another may fare better."""
        self._database.execute("UPDATE temp.wanted SET rows = ? WHERE key = ?", (found, key))

    def put(self, found: dict[str, str]) -> None:
        """Keep the rows of some sources, as texts by their keys."""
        with self._database:
            self._database.executemany(
                "INSERT OR REPLACE INTO done VALUES (?, ?, ?)",
                ((key, _program(), text) for key, text in found.items()),
            )

    def rows(self) -> Iterator[TableRecord]:
        """Yield the rows of all that was wanted, in its order."""
        for (text,) in self._database.execute(
            "SELECT coalesce(wanted.rows, done.rows) FROM temp.wanted LEFT JOIN done USING (key) ORDER BY place"
        ):
            yield from read(text)


@contextmanager
def journal(table: Path | None, request: Request) -> Iterator[Journal]:
    """Open the journal beside a table; in memory, where there is no table. SymbolicError where it can't be opened."""
    place = ":memory:" if table is None else str(place_beside(table))
    try:
        if table is not None:
            table.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(place, timeout=WAITING)) as connection:
            if table is not None:
                connection.execute("PRAGMA journal_mode = WAL")
                connection.execute("PRAGMA synchronous = NORMAL")
            yield Journal(connection, request)
    except OSError as problem:
        raise SymbolicError(f"can't write {table}: {problem.strerror}; choose another file with --output") from None
    except sqlite3.Error as problem:
        if getattr(problem, "sqlite_errorcode", 0) & BYTE in HELD:
            raise SymbolicError(
                f"another run is writing {table}; wait until it is done, or choose another file with --output"
            ) from None
        raise SymbolicError(f"can't keep what is done in {place}: {problem}; remove that file, or make room") from None


def place_beside(table: Path) -> Path:
    """Return where the journal of a table is: models.csv has .models.csv.journal."""
    return table.with_name(f".{table.name}.journal")


@cache
def _program() -> str:
    """Return what names this very program: a changed file may count otherwise."""
    files = sorted(path for path in PACKAGE.rglob("*") if path.suffix not in (".pyc", "") and path.is_file())
    identity = "\n".join(
        f"{path.relative_to(PACKAGE)} {path.stat().st_size} {path.stat().st_mtime_ns}" for path in files
    )
    return hashlib.sha256(identity.encode()).hexdigest()
