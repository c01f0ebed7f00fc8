"""`python -m tools.learning.running FOLDER [TYPE…]`: learn what forward passes compute and keep, and write it down.

Real classes are run on small configs, one key changed at a time and many at once. What torch's FlopCounterMode counts
and what the cache holds becomes lines of the description (`symbolic.networks.learned.description`); they are held
against passes of configs that the lines were not made from. A report of each type goes to FOLDER. The first class of a
type is run, or the one of `TYPE:CLASS`.
"""

from __future__ import annotations

import json
import multiprocessing
import re
import signal
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from math import prod
from pathlib import Path
from typing import Any

from symbolic.configs.described import read
from symbolic.configs.model import Model
from symbolic.errors import SymbolicError
from symbolic.measuring import quantities
from symbolic.measuring.derivation import derive
from symbolic.networks.learned import catalogue
from symbolic.networks.learned.description import Description
from symbolic.networks.learned.reading import parsed
from symbolic.networks.learned.writing import _let
from tools.learning.__main__ import _made
from tools.learning.doing import Lines, lines
from tools.learning.learning import Learner
from tools.learning.packing import OPEN
from tools.learning.passing import TIMES, Given, Pass, Passing
from tools.learning.subject import nested, types_of
from tools.learning.texts import tree_of, without
from tools.learning.varying import subject_of

SECONDS = 150
QUANTITIES = ("forward-flops", "kv-cache")
UNSEEN = 4
"""How many configs with many other keys the lines are held against."""


def learned(text: str) -> dict[str, Any]:
    """What was learned of the description that a text is; `text` is the new one where anything holds."""
    begin = time.process_time()
    plain = without(text)
    description = parsed(plain)
    report: dict[str, Any] = {"type": description.model_type, "class": description.model_class}
    subject = subject_of(description)
    if subject is None:
        return report | {"failed": "no auto class names it"}
    if description.towers:
        return report | {"failed": "it is a whole of towers"}
    passing = Passing(subject, description)
    try:
        base = passing.base()
    except Exception as problem:  # a class may raise anything
        return report | {"failed": str(problem)[:300], "seconds": round(time.process_time() - begin, 1)}
    until = begin + SECONDS * 0.4
    given = [base]
    changes: list[Given] = []
    for _path, one in passing.varied(base):
        given.append(one)
        changes.append({key: value for key, value in one.items() if key not in base or base[key] != value})
        if time.process_time() > until:
            break
    given += list(passing.mixed(base, changes, 5))
    unseen = [one for one in passing.mixed(base, changes, UNSEEN + 2) if one not in given][:UNSEEN]
    report |= {"configs": len(given), "unseen": len(unseen), "errors": list(passing.errors)[:3]}
    made, wrong = Lines(), {}
    for _round in range(3):
        made = lines(description, [one for each in given if (one := passing.passed(each))])
        asked = made.keys - description.keys.keys()
        made = replace(made, lets=lets(passing, given, asked), keys=made.keys | asked)
        new = parsed(with_lines(plain, made, subject_keys(passing)))
        wrong = {name: [one for one in (*given, *unseen) if not right(new, passing, one, name)] for name in QUANTITIES}
        fresh = [one for bad in wrong.values() for one in bad if one not in given]
        if not fresh:
            break
        given += fresh
        unseen = [one for one in passing.mixed(base, changes, UNSEEN) if one not in given]
    held = [name for name in QUANTITIES if name not in made.problems and not wrong[name] and len(unseen) > 1]
    report["problems"] = dict(made.problems) | {
        name: f"wrong with {bad[0]}" for name, bad in wrong.items() if bad and name not in made.problems
    }
    report["derives"] = held
    if held:
        made = of_only(made, held)
        asked = made.keys - description.keys.keys()
        made = replace(made, lets=lets(passing, given, asked) if asked else [], keys=made.keys | asked)
        report["text"] = with_lines(plain, made, subject_keys(passing), held)
        parsed(report["text"])
    report["seconds"] = round(time.process_time() - begin, 1)
    return report


def of_only(made: Lines, held: list[str]) -> Lines:
    """The lines of the quantities that hold, and the keys that these name."""
    computes = made.computes if "forward-flops" in held else []
    works = made.works if "forward-flops" in held else []
    keeps = made.keeps if "kv-cache" in held else []
    words = set(
        re.findall(r"[A-Za-z_][\w.]*", " ".join(line.partition(": ")[2] for line in (*computes, *works, *keeps)))
    )
    return replace(made, computes=computes, works=works, keeps=keeps, keys=made.keys & words)


def lets(passing: Passing, given: list[Given], keys: set[str]) -> list[str]:
    """What the config class makes of keys that the description does not have yet; the keys that it asks join them."""
    found: list[str] = []
    asked, done = set(keys), set[str]()
    learner = Learner(passing.subject)
    learner.sampler.base = given[0]
    for one in given:
        for path, value in one.items():
            if path in passing.subject.keys:
                learner.sampler.relevant.setdefault(path, []).append(value)
    learner.observations = [made for one in given if (made := learner.observe(one))]
    learner._index()
    learner._conditions()
    while asked - done:
        now = asked - done
        for settled in learner._settled(now):
            line = f"let {_let(settled.key, _made(settled.made), str(settled.where))}"
            found.append(line)
            asked |= set(re.findall(r"[A-Za-z_][\w.]*", line)) & {*subject_keys(passing)}
        done |= now
        asked -= passing.description.keys.keys()
    keys |= asked
    return found


def subject_keys(passing: Passing) -> dict[str, Any]:
    """The default of each key of the real class under the description's name."""
    prefix = f"{passing.description.part}." if passing.description.part else ""
    return {path.removeprefix(prefix): key.default for path, key in passing.subject.keys.items()}


def with_lines(text: str, made: Lines, defaults: dict[str, Any], held: Sequence[str] = QUANTITIES) -> str:
    """A description with lines of the forward pass, and with the keys that they name among its keys."""
    kept = text.rstrip("\n").split("\n")
    known = parsed(text).keys
    more = [f"{key}={_plain(defaults.get(key))}" for key in sorted(made.keys) if key not in known]
    derives = [*held, "training-flops"] if "forward-flops" in held else [*held]
    does = [f"derives {' '.join(derives)}", f"keys {' '.join(more)}" if more else "", *made.lets]
    does += [*made.computes, *made.works, *made.keeps]
    at = tree_of(kept)
    return "\n".join(line for line in (*kept[:at], *does, *kept[at:]) if line) + "\n"


def _plain(value: Any) -> str:
    return "none" if value is None else json.dumps(value, separators=(",", ":"))


def right(description: Description, passing: Passing, given: Given, name: str) -> bool:
    """Whether the lines make what the real class computed or kept, for each number of tokens."""
    one = passing.passed(given)
    return one is None or all(
        ours(description, given, name, tokens) in (None, theirs(one, name, at)) for at, tokens in enumerate(TIMES)
    )


def theirs(one: Pass, name: str, at: int) -> int:
    """What the real class computed, by FlopCounterMode, or kept, at two bytes a number."""
    if name == "forward-flops":
        return one.totals[at]
    return 2 * sum(prod(kept.shape) for kept in one.kept[at] or ())


def ours(description: Description, given: Given, name: str, tokens: int) -> int | None:
    """What the description derives; None where it says that it does not hold, -1 where it has nothing of it."""
    config = {key: value for key, value in nested(given).items() if not key.endswith("_token_id")}
    try:
        made, _accounts = read(description, config, "it")
    except SymbolicError:
        return None
    model = Model("it", made.family, made.sizes, made.options, made.definitions, config=config)
    quantity = quantities.find(name)
    try:
        return derive(model, quantity, quantity.default, {"tokens": tokens, "context": tokens}).total
    except SymbolicError as problem:
        return 0 if "has no cache" in str(problem) or "no matrix" in str(problem) else -1


def main() -> None:
    """Learn each type in a process of its own, and write what holds into the open descriptions."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    context = multiprocessing.get_context("fork")
    subject_of(catalogue.described("bloom")[0])  # what every class imports, so that no process imports it again
    causal = set(types_of("causal"))
    for name in sys.argv[2:] or [name for name in catalogue.names() if name in causal]:
        name, _, wanted = name.partition(":")
        texts = (OPEN / f"{name}.txt").read_text(encoding="utf-8").rstrip("\n").split("\n\n")
        for at, text in enumerate(texts):
            model_class = text.split("\n", maxsplit=1)[0].split()[1]
            if (model_class != wanted) if wanted else at:
                continue
            place = folder / f"{name}{wanted and '-'}{wanted}.json"
            if place.exists() and not sys.argv[2:]:
                continue

            def work(text: str = text, place: Path = place) -> None:
                signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS)
                try:
                    report = learned(text)
                except Exception as problem:  # one type must not stop the others
                    import traceback

                    last = traceback.extract_tb(problem.__traceback__)[-1]
                    report = {"failed": f"{type(problem).__name__}: {problem} at {last.name}:{last.lineno}"[:300]}
                place.write_text(json.dumps(report, default=str))

            place.unlink(missing_ok=True)
            process = context.Process(target=work)
            process.start()
            process.join()
            report = json.loads(place.read_text()) if place.exists() else {"failed": "did not end in time"}
            texts[at] = report.get("text", without(text)).rstrip("\n")
            print(
                name,
                report.get("seconds", ""),
                report.get("derives", ""),
                report.get("failed") or report.get("problems"),
                flush=True,
            )
            (OPEN / f"{name}.txt").write_text("\n\n".join(texts) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
