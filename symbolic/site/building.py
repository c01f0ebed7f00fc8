"""The files of the page: this package and what it needs as one archive, Pyodide, and the page itself."""

from __future__ import annotations

import subprocess
import tarfile
from collections.abc import Iterator, Mapping
from importlib.metadata import PackageNotFoundError, distribution
from io import BytesIO
from pathlib import Path
from shutil import which
from tempfile import TemporaryDirectory
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from symbolic import __version__
from symbolic.errors import SymbolicError, shown
from symbolic.pages.templating import templates

PACKAGE = Path(__file__).parents[1]
NEEDED = ("click", "jinja2", "lark", "latex2mathml", "markupsafe", "mpmath", "sympy", "pyyaml")
"""What the program needs in a browser; all of it works without compiled parts."""
PYODIDE = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip", "pyodide-lock.json")
LEFT_OUT = frozenset({"tests", "__pycache__", "benchmarks"})
COMPILED = (".so", ".pyd", ".pyc", ".c", ".h", ".pyx")
SECONDS = 300


def files(pyodide: str = "") -> dict[str, bytes]:
    """Return the files of the page by their paths; `pyodide` is a folder that holds its npm package.

    Without it, npm fetches the package. SymbolicError where neither can be had.
    """
    made = {f"pyodide/{name}": content for name, content in _pyodide(pyodide).items()}
    made["program.zip"] = _archive()
    for path in sorted((templates() / "site").iterdir()):
        text = path.read_text(encoding="utf-8").replace("VERSION", __version__)
        made[path.name] = text.encode()
    return made


def _archive() -> bytes:
    """Return the program and what it needs, the same bytes for the same files."""
    archive = BytesIO()
    with ZipFile(archive, "w", ZIP_DEFLATED) as made:
        for name, path in sorted(_contents()):
            made.writestr(ZipInfo(name), path.read_bytes(), ZIP_DEFLATED)
    return archive.getvalue()


def _contents() -> Iterator[tuple[str, Path]]:
    for folder, place in ((PACKAGE, "symbolic"), (templates(), "symbolic/templates")):
        for path in folder.rglob("*"):
            inside = path.relative_to(folder)
            # Where the package is installed, the templates lie in it.
            twice = place == "symbolic" and inside.parts[0] == "templates"
            if path.is_file() and not twice and not LEFT_OUT & set(inside.parts) and path.suffix not in COMPILED:
                yield f"{place}/{inside.as_posix()}", path
    for name in NEEDED:
        try:
            found = distribution(name)
        except PackageNotFoundError:
            raise SymbolicError(f"{name} is not installed; install it with pip install {name}") from None
        for file in found.files or ():
            path = Path(str(file.locate()))
            if ".." in file.parts or LEFT_OUT & set(file.parts) or file.suffix in COMPILED or not path.is_file():
                continue
            if "dist-info" not in file.parts[0] or file.name == "METADATA":
                yield file.as_posix(), path


def _pyodide(folder: str) -> Mapping[str, bytes]:
    if folder:
        return _read(Path(folder))
    npm = which("npm")
    if npm is None:
        raise SymbolicError(
            "fetching Pyodide needs npm; install it, or give the folder of its npm package: --pyodide DIR"
        )
    with TemporaryDirectory() as place:
        command = [npm, "pack", "pyodide", "--silent"]
        run = subprocess.run(command, cwd=place, capture_output=True, text=True, timeout=SECONDS, check=False)  # noqa: S603 - our own words
        packed = next(Path(place).glob("*.tgz"), None)
        if run.returncode or packed is None:
            raise SymbolicError(
                f"npm can't fetch Pyodide: {shown(run.stderr.strip(), 120)}; check the network, or use --pyodide"
            )
        with tarfile.open(packed) as archive:
            # What is wanted and no more; older Pythons know no filter of what an archive may write.
            for member in archive:
                name = Path(member.name).name
                if member.name == f"package/{name}" and name in PYODIDE and (file := archive.extractfile(member)):
                    (Path(place) / name).write_bytes(file.read())
        return _read(Path(place))


def _read(folder: Path) -> dict[str, bytes]:
    missing = [name for name in PYODIDE if not (folder / name).is_file()]
    if missing:
        raise SymbolicError(f"{folder} holds no {', '.join(missing)}; give the folder of Pyodide's npm package")
    return {name: (folder / name).read_bytes() for name in PYODIDE}
