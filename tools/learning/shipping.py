"""`python -m tools.learning.shipping FOLDER…`: write the description of every report that passed its check.

Before it is written, a description is derived as a user would derive it, and its total held against the real class.
"""

from __future__ import annotations

import json
import math
import os
import sys
from pathlib import Path
from typing import Any

from symbolic.configs.described import read
from symbolic.configs.model import Model
from symbolic.measuring import quantities
from symbolic.measuring.derivation import derive
from symbolic.networks import families
from symbolic.networks.learned import catalogue
from symbolic.networks.learned.description import parsed
from symbolic.networks.learned.writing import text_of
from tools.learning import packing
from tools.learning.completing import complete, nested
from tools.learning.packing import OPEN
from tools.learning.subject import Subject

MOST = int(os.environ.get("SYMBOLIC_SAMPLES", "20"))
ORDER = ("causal", "masked", "seq2seq", "image-text", "speech", "ctc", "audio", "image", "multimodal", "pretraining")


def main() -> None:
    """Write the files, and say which were not written and why."""
    reports: dict[str, dict[str, Any]] = {}
    for folder in sys.argv[1:]:
        for place in sorted(Path(folder).glob("*.json")):
            report = json.loads(place.read_text())
            if "failed" in report or report["exact"] != report["tried"] or report["tried"] < 20:
                continue
            reports.setdefault(report["type"], {})[report["task"]] = report
    by_hand = {one for family in families.all_families() for one in family.model_types}
    OPEN.mkdir(exist_ok=True)
    for old in OPEN.glob("*.txt"):
        old.unlink()
    for model_type, found in reports.items():
        if model_type in by_hand:
            continue
        texts: dict[str, str] = {}
        for task in ORDER:
            if task in found and found[task]["class"] not in texts:
                text, problem = checked(found[task])
                if problem:
                    print(f"{model_type} ({task}): {problem}")
                else:
                    texts[found[task]["class"]] = text
        if texts:
            (OPEN / f"{model_type}.txt").write_text("\n".join(texts.values()))
    packing.main()
    print(len(list(OPEN.glob("*.txt"))), "types")


def checked(report: dict[str, Any]) -> tuple[str, str]:
    """The text of a report, and what is wrong with what a user would see of it; "" where nothing is."""
    subject = Subject(report["task"], report["type"])
    complete(report, subject)
    # What ships says where it was found not to hold; a new text says so too.
    for shipped in catalogue.described(report["type"]):
        if shipped.model_class == report["class"]:
            report["fixed"] = {**shipped.fixed, **report.get("fixed", {})}
            report["never"] = [str(where) for where in shipped.never]
    try:
        text = text_of(report)
        description = parsed(text)
        for given in ({}, *report.get("samples", [])[:MOST]):
            tensors = subject.build(dict(given), trace=False)
            if tensors is None:
                continue
            theirs = sum(math.prod(one.shape) for one in tensors if not one.tied_to and not one.buffer)
            config = nested(given)
            made, _harmless, _unknown = read(description, config, "it")
            model = Model("it", made.family, made.sizes, made.options, made.definitions, config=config)
            quantity = quantities.find("parameters")
            ours = derive(model, quantity, quantity.default).total
            if ours != theirs:
                return text, f"{ours:,} parameters, and the class has {theirs:,}, with {given}"
    except Exception as problem:
        return "", f"{type(problem).__name__}: {str(problem)[:300]}"
    return text, ""


if __name__ == "__main__":
    main()
