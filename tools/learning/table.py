"""`python -m tools.learning.table FOLDER…`: write docs/types.md, which lists every type and its state.

Why a type is not described is said by its report; where no folder has one, what the file says stays.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

from symbolic.networks import families
from symbolic.networks.learned import catalogue
from symbolic.networks.learned.composing import composed, makes
from symbolic.networks.learned.description import Description, Tower
from symbolic.networks.learned.values import Undefined
from tools.learning.subject import TASKS, classes_of, types_of
from tools.learning.witnessing import EQUAL, EXPLAINED, NOT_KNOWN, rows

PLACE = Path(__file__).parents[2] / "docs" / "types.md"
SHOWN = (
    "causal",
    "masked",
    "seq2seq",
    "image-text",
    "speech",
    "ctc",
    "audio",
    "image",
    "sequence",
    "token",
    "question",
    "choice",
    "following",
    "base",
    "encoding",
)
NAMES = {
    "causal": "Causal language models",
    "masked": "Masked language models",
    "seq2seq": "Sequence to sequence",
    "image-text": "Images and text to text",
    "speech": "Speech to text",
    "ctc": "Speech, CTC",
    "audio": "Audio classification",
    "image": "Image classification",
    "sequence": "Classification of texts",
    "token": "Classification of tokens",
    "question": "Answers within a text",
    "choice": "Choice among texts",
    "following": "Whether a sentence follows",
    "base": "Networks without a head",
    "encoding": "Encoders of texts",
}
HEADS_AND_BODIES = ("sequence", "token", "question", "choice", "following", "base", "encoding")
"""Of these only the described ones are listed; families written by hand have their own."""
HELD = {"forward-flops": "FLOPs", "kv-cache": "cache"}
UNLEARNED = "not learned yet"
VARIED = (
    "bit", "clip", "convnextv2", "cvt", "data2vec-audio", "data2vec-vision", "dinov2_with_registers", "donut-swin",
    "florence2", "ijepa", "imagegpt", "inkling2_loop_text", "lara_mini", "metaclip_2", "mistral_large4",
    "mobilenet_v1", "mra", "nomic_bert", "poolformer", "qianfan_ocr", "qwen2_5_omni_thinker", "roberta-prelayernorm",
    "roc_bert", "roformer", "sew", "sew-d", "siglip", "siglip2", "squeezebert", "swin", "swinv2", "tapas",
    "ultrabert", "unispeech", "unispeech-sat", "unlimited_ocr", "vibevoice_asr", "vit_msn", "xmod", "yoso",
)  # fmt: skip
"""Types that were described later, and of which each key was varied alone."""
HEAD = """# Types of transformers 5.24

Each type of an auto class of [transformers](https://github.com/huggingface/transformers), and where its network comes
from: **by hand** (a file in `symbolic/networks/families/`), **described** (a text in `descriptions/`, learned from
the code or written from it; exact on twenty random configs that learning had not seen), or neither, with the reason;
`--trace` reads those off the installed code. “FLOPs” and “cache” are named where we have formulas of them.
`python -m tools.learning.table` writes this file.

What is equal to the real class on two random configs stands in a column of its own: the FLOPs of a forward pass to
what torch's FlopCounterMode counts, the cache to the bytes of the real one, of texts of two lengths each. The configs
are small, with other sizes, numbers of layers, windows and switches than those that a description was learned from
(`python -m tools.learning.witnessing`). The angles of a rotation, a table that is the same for all layers, are not
counted; a whole of several networks read a text without images. A class with a convolution over tokens that fills its
cache first pads a text that is shorter than the convolution; our FLOPs are those of a pass that keeps nothing, in which
it does not.

A class without a head stands in the described one with it, and another head is a few tensors on what is described. Each
class of each causal, masked and sequence-to-sequence type was held against the real one, tensor by tensor, on configs
with other values of all keys at once (`python -m tools.learning.heading hold`): every config came out equal, or was
refused by name.

A whole of several networks is described by what is between them: in their places stand the descriptions of the types
that its config names, the usual ones are listed.

Each whole number, switch, word and list of the keys of the first 194 descriptions was given other values alone, with
the lists and sizes that must fit it, and the total held against the real class (`python -m tools.learning.varying`):
each of some 3,700 keys came out exact, or was refused by name. Of those that came later this was done for
`deberta-v2` and its heads, `idefics3`, `internvl`, `kosmos-2`, `llava`, `mllama`, `paligemma`, `qwen2_5_vl`,
`qwen3_vl`, `nemotron_h`, `gemma4_text`, `glm_moe_dsa`, `deepseek_v4`, {varied}; of the
others, every tensor of some twenty random configs was held against the real class. Where a part of a config has other
defaults as soon as it is given (`fun_asr_nano`, `got_ocr2`, `moss_transcribe_diarize`), its sizes must be given too.
"""


def main() -> None:
    """Write the table."""
    reports = {}
    for folder in sys.argv[1:]:
        for place in Path(folder).glob("*.json"):
            report = json.loads(place.read_text())
            reports[report["task"], report["type"]] = report
    by_hand = {one for family in families.all_families() for one in family.model_types}
    before, run = _before(), rows()
    ran = {task for task, _name in run}
    parts = [HEAD.replace("{varied}", ", ".join(f"`{name}`" for name in VARIED))]
    for task in SHOWN:
        lines, counts = [], {"by hand": 0, "described": 0}
        for name in sorted(types_of(task)):
            state = _state(task, name, by_hand, reports.get((task, name))) or before.get((NAMES[task], name), UNLEARNED)
            for key in counts:
                counts[key] += state.startswith(key)
            held = _held(name, run.get((task, name), {}))
            lines.append(f"| `{name}` | {state} |" + (f" {held} |" if task in ran else ""))
        total = len(lines)
        if task in HEADS_AND_BODIES:
            listed = ", ".join(line.split("|")[1].strip() for line in lines if "| described" in line)
            parts.append(f"## {NAMES[task]}\n\n{counts['described']} of {total} types are described: {listed}.\n")
            continue
        summary = f"{total} types: {counts['by hand']} by hand, {counts['described']} described."
        head = "| type | state |\n|---|---|\n"
        if task in ran:
            summary += _counted([states for (of, _name), states in run.items() if of == task])
            head = "| type | state | equal on two random configs |\n|---|---|---|\n"
        parts.append(f"## {NAMES[task]}\n\n{summary}\n\n{head}" + "\n".join(lines) + "\n")
    parts.append(_published())
    PLACE.parent.mkdir(exist_ok=True)
    PLACE.write_text("\n".join(parts), encoding="utf-8")
    print(f"{PLACE.name}: {len(TASKS)} tasks")


PUBLISHED = """## Published with their weights

Types whose class is in no release of transformers, but in a file beside the weights. Each was written from that file
and held against it: the number of weights of 12 to 20 random configs, counted on PyTorch's meta device by the file's
own class (of `minicpmv`, `nemotron-nas` and `phi3_v` each name and shape), and of published models what their index
files say. `deepseek` and `orion` were written from vLLM's code of them, and the second class of `bailing_moe` is held
against the class of `bailing_moe_v2`. `aquila`, `xverse` and `Yi` are Llama's network, as which vLLM loads them.

| type | class | file | a copy |
|---|---|---|---|
"""


def _published() -> str:
    """The types that transformers has no class of."""
    rows = (
        f"| `{name}` | `{one.model_class}` | `{one.code[0]}` | {one.code[1]} |"
        for name in catalogue.names()
        for one in catalogue.described(name)
        if one.code
    )
    return PUBLISHED + "\n".join(rows) + "\n"


def _held(name: str, states: dict[str, str]) -> str:
    """What of a type is equal to the real class, and why the rest is not."""
    equal = [word for quantity, word in HELD.items() if states.get(quantity) == EQUAL]
    other = [
        f"{word} not: {EXPLAINED.get((name, quantity), said)}"
        for quantity, word in HELD.items()
        if (said := states.get(quantity, NOT_KNOWN)) not in (EQUAL, NOT_KNOWN)
    ]
    return "; ".join([*([" and ".join(equal)] if equal else []), *other]).replace("|", "/")


def _counted(states: list[dict[str, str]]) -> str:
    """How many types are equal in what."""
    count = {quantity: sum(one[quantity] == EQUAL for one in states) for quantity in HELD}
    return (
        f" On two random configs each the FLOPs of {count['forward-flops']} types are equal to torch's count, and the "
        f"cache of {count['kv-cache']} to the real one."
    )


def _before() -> dict[tuple[str, str], str]:
    """What the file says of types that are not described, by the title of a table and the type."""
    found, title = {}, ""
    for line in PLACE.read_text(encoding="utf-8").splitlines() if PLACE.exists() else ():
        title = line.removeprefix("## ") if line.startswith("## ") else title
        row = re.fullmatch(r"\| `([^`]*)` \| (no: [^|]*) \|.*", line)
        if row:
            found[title, row[1]] = row[2]
    return found


def _state(task: str, name: str, by_hand: set[str], report: dict[str, Any] | None) -> str:
    if name in by_hand and task in ("causal", "masked", "seq2seq", "image"):
        return "by hand"
    wanted = classes_of(task)[name]
    for one in catalogue.described(name):
        if one.model_class in ((wanted,) if isinstance(wanted, str) else wanted):
            also = _derived(one)
            towers = ", ".join(f"`{tower.model_type}`" for tower in one.towers)
            return (
                "described"
                + (f", with {' and '.join(also)}" if also else "")
                + (f", whole: its parts are {towers}, or others" if towers else "")
            )
    if report is None:
        return ""
    if "failed" in report:
        said = re.sub(r" from '/.*", "", " ".join(str(report["failed"]).split(" @ ")[0].split()))
        reason = said[:140].replace("|", "/")
        return f"no: {reason}"
    if missing := _missing(report):
        return f"no: `{missing}`, a part of it, is not described"
    if report["exact"] == report["tried"]:
        return "no: learned, and a description of it does not hold on all configs"
    return f"no: {report['exact']} of {report['tried']} new configs came out exactly"


def _derived(one: Description) -> list[str]:
    """What is known beside the weights; of a whole, with its usual parts."""
    try:
        whole = composed(one, {}) if one.towers else one
    except Undefined:
        return []
    partly = ["FLOPs of the language model"] if whole.partly else []
    return partly + [word for quantity, word in HELD.items() if quantity in whole.derives]


def _missing(report: dict[str, Any]) -> str:
    """The type of the first part of a whole that no description is of; "" where there is none."""
    for one in report.get("towers", {}).values():
        tower = Tower(one["part"], one["model_type"], one["auto"], "" if one["auto"] else one["model_class"])
        if not any(makes(tower, found) for found in catalogue.described(one["model_type"]) if not found.part):
            return str(one["model_type"] or one["model_class"])
    return ""


if __name__ == "__main__":
    main()
