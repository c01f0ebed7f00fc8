"""Zip files: the same content gives the same bytes."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

WHEN = (1980, 1, 1, 0, 0, 0)
"""The first date that a zip file knows."""


def zipped(files: Mapping[str, str]) -> bytes:
    """Return a zip of the files in this order, each with the same fixed date."""
    packed = BytesIO()
    with ZipFile(packed, "w") as archive:
        for name, text in files.items():
            entry = ZipInfo(name, WHEN)
            entry.compress_type = ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, text.encode())
    return packed.getvalue()
