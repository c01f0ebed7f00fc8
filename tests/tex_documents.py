"""Compiling a TeX document as a reader would: what several tests share."""

import shutil
import subprocess
from pathlib import Path

import pytest


def compiled(document: str, folder: Path, engine: str = "pdflatex") -> tuple[str, str]:
    """What the engine of TeX logs, and the text that a reader copies from its PDF."""
    for tool in (engine, "pdftotext"):
        if shutil.which(tool) is None:
            pytest.skip(f"{tool} is not installed")
    (folder / "page.tex").write_text(document, encoding="utf-8")
    command = [engine, "-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape", "page.tex"]
    for _ in range(2):
        done = subprocess.run(command, cwd=folder, capture_output=True, check=False)
        assert done.returncode == 0, done.stdout.decode(errors="replace")[-2000:]
    text = subprocess.run(["pdftotext", "-layout", "page.pdf", "-"], cwd=folder, capture_output=True, check=True)
    return (folder / "page.log").read_text(errors="replace"), text.stdout.decode()
