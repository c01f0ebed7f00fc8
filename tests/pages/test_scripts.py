"""The scripts that a page carries are those of the sources, made small."""

import re
from hashlib import sha256

import pytest

from symbolic.language import speaking
from symbolic.pages.rendering.as_html import _script
from symbolic.pages.templating import templates

SCRIPTS = sorted(path.name for path in (templates() / "html").glob("*.js"))
WORDS = re.compile(r'\b_\("([^"]*)"')


@pytest.mark.parametrize("name", SCRIPTS)
def test_it_was_made_of_this_source_by_tools_minify(name: str) -> None:
    source, made = ((templates() / "html" / path).read_text(encoding="utf-8") for path in (name, f"min/{name}"))
    assert made.startswith(f"// {sha256(source.encode()).hexdigest()}\n"), "run `python tools/minify.py`"
    assert WORDS.findall(made) == WORDS.findall(source)
    assert len(made) < 0.75 * len(source)


@pytest.mark.parametrize("name", SCRIPTS)
@pytest.mark.parametrize("language", ["en", "de"])
def test_every_message_is_in_the_language_of_the_page(name: str, language: str) -> None:
    with speaking(language):
        script = _script(name, language)
    assert "_(" not in script
    assert "ungrouped(" not in script
