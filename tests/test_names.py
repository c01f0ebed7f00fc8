"""One name, one class: a reader who meets a class in one room doesn't take it for that of another."""

import re
from collections import defaultdict
from pathlib import Path

import symbolic


def test_each_public_class_has_a_name_of_its_own() -> None:
    package = Path(symbolic.__file__).parent
    homes: defaultdict[str, list[str]] = defaultdict(list)
    for path in package.rglob("*.py"):
        for name in re.findall(r"(?m)^class ([A-Za-z]\w*)", path.read_text(encoding="utf-8")):
            homes[name].append(str(path.relative_to(package)))
    assert {name: files for name, files in homes.items() if len(files) > 1} == {}
