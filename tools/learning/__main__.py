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
from symbolic.networks.learned.notation import written
from tools.learning.learning import Learner, Listed, Unlearned, test
from tools.learning.subject import Subject, types_of


def learned(task: str, model_type: str) -> dict[str, Any]:
    """What was learned of a type, as plain data."""
    start = time.time()
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
                    entry.pattern,
                    entry.owner,
                    [written(axis) for axis in entry.axes],
                    entry.tied_to,
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
    report["seconds"] = round(time.time() - start, 1)
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
    names = types_of(task) if wanted == "all" else wanted.split(",")
    context = multiprocessing.get_context("fork")
    for name in names:
        place = folder / f"{task}-{name}.json"
        if place.exists() and wanted == "all":
            continue

        def work(name: str = name, place: Path = place) -> None:
            resource.setrlimit(resource.RLIMIT_AS, (8 * 2**30,) * 2)
            signal.alarm(150)
            place.write_text(json.dumps(learned(task, name), default=str))

        start = time.time()
        process = context.Process(target=work)
        process.start()
        process.join(170)
        if process.is_alive():
            process.kill()
        if not place.exists():
            place.write_text(
                json.dumps(
                    {
                        "task": task,
                        "type": name,
                        "failed": "did not end in time",
                        "seconds": round(time.time() - start, 1),
                    }
                )
            )
        report = json.loads(place.read_text())
        state = (
            report.get("failed")
            or f"{report['exact']}/{report['tried']} {len(report['entries'])} entries {report['problem'][:200]}"
        )
        print(name, report["seconds"], report.get("builds"), report.get("observations"), state[:330], flush=True)


if __name__ == "__main__":
    main()
