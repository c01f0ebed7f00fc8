"""JSON as people keep it, with comments and a comma before a closing bracket: neither changes what it says."""

from __future__ import annotations

import re

_STRING = r'"(?:[^"\\\n]|\\.)*"?'
"""What is never closed ends with its line, and a comment with the text, so that no letter is read twice."""
_COMMENT = re.compile(rf"{_STRING}|//[^\n]*|#[^\n]*|/\*(?:[^*]|\*(?!/))*(?:\*/)?")
_LAST_COMMA = re.compile(rf"{_STRING}|,(?=\s*[\]}}])")


def plain_json(text: str) -> str:
    """Return the text with blanks in place of comments and of commas before a closing bracket; lines stay lines."""
    without = _COMMENT.sub(lambda found: found[0] if found[0][0] == '"' else re.sub(r"[^\n]", " ", found[0]), text)
    return _LAST_COMMA.sub(lambda found: " " if found[0] == "," else found[0], without)
