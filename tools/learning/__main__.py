"""`python -m tools.learning TASK TYPE…`: learn types and say how it went."""

from __future__ import annotations

import json
import multiprocessing
import resource
import signal
import sys
import time
from pathlib import Path
from typing import Any

from symbolic.formulas.formula import Formula
from symbolic.networks.learned.writing_formulas import written
from tools.learning.learning import Learner, Listed, Unlearned, joined, test
from tools.learning.subject import Subject, types_of

SECONDS = 120
"""How much processor time a type may take."""


def learned(task: str, model_type: str) -> dict[str, Any]:
    """What was learned of a type, as plain data."""
    start = time.process_time()
    report: dict[str, Any] = {"task": task, "type": model_type}
    learner = None
    try:
        subject = Subject(task, model_type)
        report["class"] = subject.class_name
        learner = Learner(subject)
        description = learner.learn()
        good, tried, problem = test(learner, description)
        for again in range(3):
            if good == tried:
                break
            # What the test found is learned from; the next test has configs that nobody has seen.
            description = learner.fit()
            good, tried, problem = test(learner, description, seed=1000 + again)
        relevant = {path: learner.sampler.value(path) for path in learner.sampler.relevant}
        report |= {
            "exact": good,
            "tried": tried,
            "problem": problem[:600],
            "settled": [[one.key, _made(one.made), str(one.where)] for one in description.settled],
            "stacks": {
                prefix: [(written(formula), str(where)) for formula, where in found]
                for prefix, found in description.stacks.items()
            },
            "entries": [
                [
                    joined(entry.pattern),
                    entry.owner,
                    [written(axis) for axis in entry.axes],
                    joined(entry.tied_to),
                    entry.buffer,
                    str(entry.where),
                ]
                for entry in description.entries
            ],
            "relevant": {path: subject.keys[path].default for path in relevant},
            "switches": sorted(learner.sampler.switches),
            "harmless": [path for path in subject.keys if path not in relevant],
            "samples": learner.samples[:20],
            "aliases": dict(getattr(subject.config_class, "attribute_map", {}) or {}),
            "part": subject.part,
            "towers": {part: vars(tower) for part, tower in subject.towers.items()},
            "flat": subject.flat(),
        }
    except Unlearned as problem:
        report["failed"] = str(problem)[:600]
    except Exception as problem:
        import traceback

        report["failed"] = (
            f"{type(problem).__name__}: {str(problem)[:300]} @ {traceback.extract_tb(problem.__traceback__)[-1]}"
        )
    if learner:
        report |= {
            "builds": [len(learner.sampler.cache), len(learner.sampler.rough)],
            "observations": len(learner.observations),
            "errors": dict(sorted(learner.subject.errors.items(), key=lambda item: -item[1])[:4]),
        }
    report["seconds"] = round(time.process_time() - start, 1)
    return report


def _made(value: Any) -> Any:
    if isinstance(value, Formula):
        return {"formula": written(value)}
    if isinstance(value, Listed):
        return {"length": written(value.length), "items": [[_made(item), str(where)] for item, where in value.items]}
    return value


def main() -> None:
    """Learn each type in a process of its own, forked from this one that has imported everything."""
    task, wanted, folder = sys.argv[1], sys.argv[2], Path(sys.argv[3])
    folder.mkdir(parents=True, exist_ok=True)
    if task == "towers":
        while asked := _towers(folder, wanted):
            for one, name in asked:
                _learn(one, name, folder)
        return
    for name in types_of(task) if wanted == "all" else wanted.split(","):
        if wanted != "all" or not _place(task, name, folder).exists():
            _learn(task, name, folder)


def _place(task: str, name: str, folder: Path) -> Path:
    return folder / f"{task}-{name}.json"


def _towers(folder: Path, wanted: str) -> list[tuple[str, str]]:
    """The towers, of all reports or of some types', that have no report yet."""
    found: dict[tuple[str, str], None] = {}
    for place in sorted(folder.glob("*.json")):
        report = json.loads(place.read_text())
        if wanted != "all" and report["type"] not in wanted.split(","):
            continue
        for one in report.get("towers", {}).values():
            task = one["auto"] or f"class {one['place']}.{one['model_class']}"
            if not _place(task, one["model_type"], folder).exists():
                found[task, one["model_type"]] = None
    return list(found)


def _learn(task: str, name: str, folder: Path) -> None:
    """Learn one within bounds of memory and time, and say how it went."""
    place = _place(task, name, folder)

    def work() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (8 * 2**30,) * 2)
        signal.setitimer(signal.ITIMER_PROF, SECONDS)
        place.write_text(json.dumps(learned(task, name), default=str))

    process = multiprocessing.get_context("fork").Process(target=work)
    process.start()
    process.join(8 * SECONDS)
    if process.is_alive():
        process.kill()
    if not place.exists():
        failed = {"failed": "did not end in time", "seconds": SECONDS}
        place.write_text(json.dumps({"task": task, "type": name, **failed}))
    report = json.loads(place.read_text())
    state = (
        report.get("failed")
        or f"{report['exact']}/{report['tried']} {len(report['entries'])} entries {report['problem'][:200]}"
    )
    print(task[-40:], name, report["seconds"], report.get("builds"), state[:330], flush=True)


if __name__ == "__main__":
    main()
