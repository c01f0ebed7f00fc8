"""`python -m tools.learning.shipping FOLDER…`: write the description of every report that passed its check.

Before it is written, a description is expanded as a user's config would be, and every tensor held against the real
class: name, shape and tie. Types and classes that the reports don't name stay as they are.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import re
import sys
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from symbolic.configs.described import read
from symbolic.configs.model import Model
from symbolic.errors import SymbolicError
from symbolic.measuring import quantities
from symbolic.measuring.derivation import derive
from symbolic.networks import families
from symbolic.networks.learned import catalogue
from symbolic.networks.learned.composing import composed
from symbolic.networks.learned.description import Description
from symbolic.networks.learned.placing import OWN
from symbolic.networks.learned.reading import parsed
from symbolic.networks.learned.values import opened, raw
from symbolic.networks.learned.writing import text_of
from symbolic.networks.tracing.construction import stores_more
from tools.learning import packing
from tools.learning.closed import chosen
from tools.learning.completing import complete
from tools.learning.expanding import difference, expanded
from tools.learning.packing import OPEN
from tools.learning.subject import PART, TASKS, Subject, classes_of, nested
from tools.learning.texts import does_of

MOST = int(os.environ.get("SYMBOLIC_SAMPLES", "20"))
LEAST_PAGES = 5
"""Of so many configs a page is made at least; others may be refused by name, such as a kind of layer without a line."""
ORDER = (
    "causal", "masked", "seq2seq", "image-text", "speech", "ctc", "audio", "image", "multimodal", "pretraining",
    "sequence", "token", "question", "choice", "following", "base", "encoding", "backbone",
)  # fmt: skip
"""Which class is meant where a config names none: that of the first of these."""
KEPT = (
    "MT5ForConditionalGeneration", "DebertaV2ForMaskedLM", "DebertaV2Model", "NemotronHForCausalLM",
    "Gemma4ForCausalLM", "Gemma4TextModel", "Gemma4ForConditionalGeneration", "GlmMoeDsaForCausalLM",
    "DeepseekV4ForCausalLM", "MiniMaxM3VLForCausalLM", "MiniMaxM3VLTextModel", "Kimi_K25ForConditionalGeneration",
    "HYV4ForCausalLM", "InklingForCausalLM", "Inkling2ForCausalLM", "Exaone4ForCausalLM", "CLIPModel", "SiglipModel",
    "LlavaForConditionalGeneration", "BeitForImageClassification", "DeiTForImageClassification",
    "Wav2Vec2Model", "HubertModel", "ZambaForCausalLM", "Zamba2ForCausalLM", "DoryForCausalLM",
    "BailingHybridForCausalLM", "Gemma3nForCausalLM", "Gemma3nTextModel", "Gemma4UnifiedForCausalLM",
    "Gemma4UnifiedTextModel", "Gemma4UnifiedForConditionalGeneration", "Gemma4UnifiedAssistantForCausalLM",
    "ParakeetEncoder", "Phi4MultimodalAudioModel",
    "Dinov2ForImageClassification", "CLIPForImageClassification", "MetaClip2ForImageClassification",
    "ConvNextForImageClassification", "EfficientNetForImageClassification", "FocalNetForImageClassification",
    "HGNetV2ForImageClassification", "HieraForImageClassification", "LevitForImageClassification",
    "MobileNetV1ForImageClassification", "MobileNetV2ForImageClassification", "MobileViTForImageClassification",
    "MobileViTV2ForImageClassification", "PPLCNetForImageClassification", "PvtForImageClassification",
    "PvtV2ForImageClassification", "RegNetForImageClassification", "SwiftFormerForImageClassification",
    "TextNetForImageClassification", "SwinForImageClassification", "Swinv2ForImageClassification",
    "DonutSwinForImageClassification", "Inkling2LoopForCausalLM", "Florence2VisionBackbone",
    "JanusVQVAE", "ChameleonVQVAE", "TimmWrapperModel", "Gemma3nForConditionalGeneration",
    "FastVlmForConditionalGeneration", "InternVLVisionModel", "QianfanOCRVisionModel", "Step3p7VisionModel",
    "UnlimitedOcrVisionModel", "UnlimitedOcrForConditionalGeneration", "Molmo2ForConditionalGeneration",
    "MistralLarge4TextModel", "VibeVoiceAcousticTokenizerEncoderModel", "Emu3VQVAE", "Emu3ForConditionalGeneration",
    "Step3p7TextModel", "Florence2ForConditionalGeneration",
)  # fmt: skip
"""Classes whose description was written or changed by hand: published mT5 has a head of its own, which the code ties;
what three keys of DeBERTa make only together, learning does not find; nor what a letter a layer makes (Nemotron-H), two
widths of head (Gemma 4), which layers choose anew what they look at (GLM-5), three ways to name compressed ones
(DeepSeek V4), kinds of layer with names of their own (MiniMax M3, HY 4, Inkling), what an older key says in the place
of a part (CLIP), and a whole of which nothing differs but its towers (SigLIP). LLaVA may take several layers of the
network that sees, which makes its projector wider; BEiT, DeiT and DINOv2 were learned with two labels, and say
`num_labels`; CLIP's second config of the part that sees changes the first. Zamba's shared blocks belong to the first
layer of their kind, Dory's published configs list each half of a layer, Gemma 3n has layers without keys, Gemma 4
Unified parts that may be left out, and Bailing's linear layers a width that the config class writes over; what Parakeet
and Phi-4 hear is halved as often as a logarithm says, and Inkling 2's loop may stand in a part that its class reads
beside the declared keys. Networks of stages (ConvNeXt to TextNet, Florence 2's, Janus's and Chameleon's) were written
from their code and held by `python -m tools.learning.holding`; the three Swins only name a stage's number first in a
product. What timm makes for Gemma 3n and FastVLM has no sizes of a config: its tensors were listed. A word chooses a
norm without shifts in InternVL and Qianfan-OCR, a ratio makes a width in Step 3.7, a part of Unlimited-OCR, Molmo 2
and Florence-2 has an older name, Mistral Large 4 learns a scale for each frequency, and the tokenizers of
VibeVoice and Emu3 have stages."""
NEVER = {
    "Kosmos2ForConditionalGeneration": ("not text_config.tie_word_embeddings",),
    "BltForCausalLM": (
        "tie_word_embeddings and decoder_config.hidden_size != encoder_config.hidden_size",
        "tie_word_embeddings and vocab_size != encoder_config.vocab_size",
    ),
}
"""What was found out by hand: configs for which what is learned of a class does not hold."""
Reports = dict[tuple[str, str], dict[str, Any]]


def main() -> None:
    """Write the files, and say which were not written and why."""
    reports = _reports(sys.argv[1:])
    by_hand = {one for family in families.all_families() for one in family.model_types}
    OPEN.mkdir(exist_ok=True)
    # Towers first: a whole is held together with them.
    for report in sorted(reports.values(), key=lambda one: len(one.get("towers", {}))):
        model_type, wanted = report["type"], _tasks(report)
        if (model_type in by_hand and not {"base", "causal"} & wanted) or report["class"] in KEPT:
            continue
        text, problem = checked(report, reports)
        if problem:
            print(f"{model_type} ({report['task']}): {problem}", flush=True)
        else:
            _put(model_type, text)
    print(f"{catalogue.PACKED.stat().st_size:,} bytes,", len(list(OPEN.glob("*.txt"))), "types")


def _reports(folders: list[str]) -> Reports:
    """The reports that passed, a class once."""
    found: Reports = {}
    for folder in folders:
        for place in sorted(Path(folder).glob("*.json")):
            report = json.loads(place.read_text())
            # Little of a head can differ: it is tried with the configs of what it stands on.
            least = 10 if report.get("towers") else 20
            if "failed" in report or report["exact"] != report["tried"] or report["tried"] < min(MOST, least):
                continue
            found.setdefault((report["type"], report["class"]), report)
    return found


def _tasks(report: dict[str, Any]) -> set[str]:
    """The auto classes that make this class of this type."""
    found = set()
    for task in TASKS:
        name = classes_of(task).get(report["type"], ())
        if report["class"] in ((name,) if isinstance(name, str) else name):
            found.add(task)
    return found


def _put(model_type: str, text: str) -> None:
    """Write a text among those of its type, in the order in which they are meant."""
    place = OPEN / f"{model_type}.txt"
    texts = {one.split("\n")[0]: one.rstrip("\n") for one in _texts(place)}
    texts[text.split("\n", maxsplit=1)[0]] = text.rstrip("\n")
    ranks = {head: _rank(model_type, head.split()[1]) for head in texts}
    place.write_text("\n\n".join(sorted(texts.values(), key=lambda one: ranks[one.split("\n")[0]])) + "\n")
    packing.write()


def _texts(place: Path) -> Iterator[str]:
    if place.exists():
        yield from place.read_text(encoding="utf-8").strip("\n").split("\n\n")


def _rank(model_type: str, model_class: str) -> int:
    tasks = _tasks({"type": model_type, "class": model_class})
    if tasks == {"causal"} and any(model_type in classes_of(task) for task in ("seq2seq", "speech")):
        return len(ORDER)  # the half that writes, of a network that reads, too
    return min((ORDER.index(task) for task in tasks), default=len(ORDER))


def checked(report: dict[str, Any], reports: Reports) -> tuple[str, str]:
    """The text of a report, and what is wrong with what a user would see of it; "" where nothing is."""
    subject = Subject(report["task"], report["type"])
    complete(report, subject)
    report["auto"] = [task for task in ORDER if task in _tasks(report)]
    # What ships says where it was found not to hold; a new text says so too.
    for shipped in _shipped(report["type"]):
        if shipped.model_class == report["class"]:
            report["fixed"] = {**shipped.fixed, **report.get("fixed", {})}
            report["named"], report["adapts"] = shipped.named, shipped.adapts
            report["never"] = [
                str(where)
                for where in shipped.never
                if any(name not in report["relevant"] for name in re.findall(r"[a-z_.]{4,}", str(where)))
            ]
    report |= nulls(subject, report)
    report["buffers"] = stores_more(subject.network({}, trace=False))
    inner = f"{report['part']}." if report["part"] else ""
    words = chosen(subject, {path.removeprefix(inner): one for path, one in report["relevant"].items()}, {}, inner)
    report["never"] = list(dict.fromkeys([*report.get("never", []), *NEVER.get(report["class"], ()), *words]))
    open_ = OPEN / f"{report['type']}.txt"
    report["does"] = does_of(open_.read_text(encoding="utf-8"), report["class"]) if open_.exists() else []
    try:
        text = text_of(report)
        description = parsed(text)
        tried = pages = 0
        for given in _configs(report, subject, reports):
            tensors = subject.build(given, trace=False)
            if tensors is None:
                continue
            config = nested({**subject.stated, **given})
            if excluded(composed(description, config), config):
                continue
            problem = difference(expanded(description, config), tensors)
            if problem:
                return text, f"{problem}, with {given}"
            tried += 1
            with contextlib.suppress(SymbolicError):  # what a page refuses by name, such as a width of 0
                _derived(description, config)
                pages += 1
            if tried > MOST:
                break
        if tried < min(MOST, 20):
            return text, f"only {tried} configs could be built"
        if pages < min(MOST, LEAST_PAGES):
            return text, f"only {pages} of {tried} configs have a page"
    except Exception as problem:
        return "", f"{type(problem).__name__}: {str(problem)[:300]}"
    return text, ""


def nulls(subject: Subject, report: dict[str, Any]) -> dict[str, list[str]]:
    """The keys that have another default and may be null, and those that have none and may not."""
    inner = f"{report['part']}." if report["part"] else ""
    may = [path.removeprefix(inner) for path in taken(subject, report["relevant"], {})]
    usual = {path: subject.default(path) if path in subject.keys else True for path in report["relevant"]}
    return lines_of({path.removeprefix(inner): value for path, value in usual.items()}, may)


def lines_of(keys: Mapping[str, Any], may: Collection[str]) -> dict[str, list[str]]:
    """The keys of each line, of keys with their defaults and those that may be null.

    >>> lines_of({"window": 512, "width": 64, "head_dim": None, "depth": None}, ["window", "depth"])
    {'null': ['window'], 'unset': ['head_dim']}
    """
    return {
        "null": sorted(key for key, default in keys.items() if default is not None and key in may),
        "unset": sorted(
            key for key, default in keys.items() if default is None and key not in may and not PART.search(key)
        ),
    }


def taken(subject: Subject, keys: Iterable[str], base: dict[str, Any]) -> list[str]:
    """The keys with which a class builds a network where they are null."""
    found = []
    for path in keys:
        given = {key: value for key, value in base.items() if not key.startswith(f"{path}.")}
        if subject.build({**given, path: None}, trace=False) is not None:
            found.append(path)
    return found


def excluded(description: Description, config: dict[str, Any]) -> bool:
    """Whether the description says that it does not hold for a config."""
    values = {**raw(description, config), **opened(description, config)}
    fixed = any(values.get(key, value) != value for key, value in description.fixed.items())
    return fixed or any(where.holds(values) for where in description.never)


def _shipped(model_type: str) -> tuple[Description, ...]:
    return tuple(parsed(text) for text in _texts(OPEN / f"{model_type}.txt"))


def _derived(description: Description, config: dict[str, Any]) -> None:
    """Derive a page's total; an error where no page could be made."""
    made, _accounts = read(composed(description, config), config, "it")
    model = Model("it", made.family, made.sizes, made.options, made.definitions, config=config)
    quantity = quantities.find("parameters")
    derive(model, quantity, quantity.default)


def _configs(report: dict[str, Any], subject: Subject, reports: Reports) -> Iterator[dict[str, Any]]:
    """The defaults, and configs that learning has not seen; of a whole with other towers, too."""
    yield {}
    samples = report.get("samples", [])
    towers = [
        (part, found["samples"])
        for part, tower in report.get("towers", {}).items()
        if (found := reports.get((tower["model_type"], tower["model_class"]))) and found.get("samples")
    ]
    draw = random.Random(3)
    for at in range(MOST if not towers else 3 * MOST):
        given = dict(samples[at % len(samples)]) if samples else {}
        for part, inner in towers:
            if at % 3 < 2 or part == OWN:
                prefix = "" if part == OWN else f"{part}."
                given |= {prefix + path: value for path, value in draw.choice(inner).items()}
        yield {path: value for path, value in given.items() if path in subject.keys}


if __name__ == "__main__":
    main()
