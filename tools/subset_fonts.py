"""Makes the fonts that a page carries: TeX Gyre Pagella and its math companion, cut down to what pages print.

A maintainer runs it when pages need another character, and commits what it writes:

    apt-get install fonts-texgyre fonts-texgyre-math
    pip install fonttools brotli
    python tools/subset_fonts.py

The fonts are under the GUST Font License. Its authors ask that a changed font has another name, so a subset is called
"Symbolic …". A character that no subset has (a model's name in another script) comes from the reader's own fonts.
"""

from __future__ import annotations

import string
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

SOURCES = Path("/usr/share/texmf/fonts/opentype/public")
LICENSE = Path("/usr/share/texmf/doc/fonts/tex-gyre/GUST-FONT-LICENSE.txt")
TARGET = Path(__file__).parent.parent / "templates" / "html" / "fonts"

WORDS = string.ascii_letters + string.digits + string.punctuation + " \u00a0–—‘’“”…×÷−±≈≤≥·§²³éèüöäßçñ"
ITALIC_H = "ℎ"
"""Unicode puts the italic h apart from the other italic letters."""
ITALICS = "".join(chr(code) for code in range(0x1D434, 0x1D468)) + ITALIC_H
GREEK = "𝛼𝛽𝜆∂"
MATH = string.digits + ITALICS + GREEK + " \u00a0,.()+=/−×⌈⌉⌊⌋⏟√≈<"
"""Upright letters and what stands among them come from the text font, which is of the same design."""

FONTS = {
    "text": ("Symbolic Text", "tex-gyre/texgyrepagella-regular.otf", WORDS, ("kern", "liga", "lnum", "tnum")),
    "bold": ("Symbolic Text Bold", "tex-gyre/texgyrepagella-bold.otf", WORDS, ("kern", "liga", "lnum", "tnum")),
    "math": ("Symbolic Math", "tex-gyre-math/texgyrepagella-math.otf", MATH, ()),
}


def subset(name: str, source: Path, characters: str, features: tuple[str, ...]) -> TTFont:
    """The font with these characters, and for math their larger sizes and the parts that they stretch by."""
    options = Options()
    options.layout_features = list(features)
    options.hinting = False
    options.desubroutinize = True
    options.name_IDs = [0, 1, 2, 4, 6, 13, 14]
    options.drop_tables += ["FFTM"]
    font = TTFont(source)
    subsetter = Subsetter(options)
    subsetter.populate(text=characters)
    subsetter.subset(font)
    for record in font["name"].names:
        if record.nameID in {1, 4, 6}:
            record.string = name.replace(" ", "") if record.nameID == 6 else name
    font.flavor = "woff2"
    return font


def main() -> None:
    """Write each font, and the licence beside them."""
    TARGET.mkdir(parents=True, exist_ok=True)
    for file, (name, source, characters, features) in FONTS.items():
        subset(name, SOURCES / source, characters, features).save(TARGET / f"{file}.woff2")
    (TARGET / "GUST-FONT-LICENSE.txt").write_text(LICENSE.read_text(encoding="utf-8"), encoding="utf-8")


if __name__ == "__main__":
    main()
