"""What README and CONTRIBUTING show works as it stands there."""

import json
import re
import shlex
import shutil
import tomllib
from itertools import pairwise
from pathlib import Path
from random import Random
from types import ModuleType

import pytest
from click.testing import CliRunner
from sampling import sample, thorough

import symbolic
from symbolic.cli import main
from symbolic.configs.making import make_model
from symbolic.errors import ConfigError
from symbolic.formulas import algebra
from symbolic.handouts.answers import NumberAnswer, Question
from symbolic.handouts.context import Context
from symbolic.handouts.variants import at_random
from symbolic.measuring import quantities
from symbolic.measuring.conventions import CONVENTIONS, find
from symbolic.measuring.derivation import derive
from symbolic.networks import families
from symbolic.networks.family import Family
from symbolic.pages.prose import Prose

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")


def blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


COMMANDS = [
    line.split("#")[0].strip()
    for block in blocks(README, "sh")
    for line in block.splitlines()
    if line.startswith("symbolic ") and not re.search("verify|trace|Qwen/", line)
]


HANDOUTS = [command for command in COMMANDS if command.startswith("symbolic handout")]
MUCH = ("--quantity all", "--format slides", "--format docx", "pdf,csv,moodle", "all.parquet", "hidden_ratio,kv_ratio")
"""What takes longest, and is tried elsewhere with one model."""
TRIED = [
    pytest.param(command, marks=[thorough] if command.endswith(MUCH) else [], id=command)
    for command in (*(one for one in COMMANDS if one not in HANDOUTS), *sample(HANDOUTS, 6, 2))
]


def test_each_handout_of_the_readme_goes_into_a_folder_of_its_own() -> None:
    given = [dict(pairwise(words)) for words in map(shlex.split, HANDOUTS)]
    folders = [(one["handout"], one.get("--output"), one.get("--language")) for one in given]
    assert len(set(folders)) == len(folders) > 5


@pytest.mark.parametrize("command", TRIED)
def test_a_command_of_the_readme_works(command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copy(ROOT / "tests" / "data" / "walkthrough.md", "notes.md")
    config = {"model_type": "gpt2", **symbolic.load("gpt2-124m").sizes}
    for path in ("config.json", "configs/tiny/config.json", "more/tiny/config.json", "hub.jsonl"):
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        Path(path).write_text(json.dumps(config) + "\n")
    Path("ids.txt").write_text("gpt2-124m\n")
    Path("class.csv").write_text("student\nAda Lovelace\nGrace Hopper\n")
    result = CliRunner().invoke(main, shlex.split(command)[1:])
    # The document that README proofreads has an error: that is what 1 says.
    assert result.exit_code == (1 if command.startswith("symbolic proofread") else 0), result.output


def test_the_report_of_the_walkthrough_is_what_the_command_prints(walkthrough: Path) -> None:
    [shown] = [block for block in blocks(README, "text") if block.startswith("walkthrough.md\n")]
    assert CliRunner().invoke(main, ["proofread", str(walkthrough)]).output == shown


def test_the_python_of_the_readme_works() -> None:
    [snippet] = blocks(README, "python")
    names: dict[str, object] = {}
    exec(compile(snippet, "README.md", "exec"), names)
    assert names["d"].total == 124_412_160  # type: ignore[attr-defined]


@pytest.mark.parametrize("convention", CONVENTIONS)
def test_each_convention_stands_in_the_readme(convention: str) -> None:
    assert f"`{convention}`" in README


@pytest.mark.parametrize("link", re.findall(r"\]\(((?!http)[^)#]+)\)", README + CONTRIBUTING))
def test_a_link_to_a_file_leads_somewhere(link: str) -> None:
    assert (ROOT / link).exists()


def example(number: int) -> dict[str, object]:
    snippet = blocks(CONTRIBUTING, "python")[number]
    module = ModuleType("example")
    exec(compile(snippet, "CONTRIBUTING.md", "exec"), module.__dict__)
    return module.__dict__


def test_the_example_of_a_family_makes_a_page(monkeypatch: pytest.MonkeyPatch) -> None:
    family = example(0)["FAMILY"]
    assert isinstance(family, Family)
    monkeypatch.setattr(
        "symbolic.configs.making.family_called", lambda name: family if name == "tiny" else families.find(name)
    )
    [text] = blocks(CONTRIBUTING, "toml")
    bundled = tomllib.loads(text)
    model = make_model("tiny-1m", bundled["config"], bundled["source"], "tiny")
    assert symbolic.explain(model).total == bundled["published"][0]["total"]
    assert "tiny-1m" in symbolic.explain(model).to_text()


def test_a_family_of_one_class_takes_a_config_that_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    family = example(0)["FAMILY"]
    assert isinstance(family, Family)
    family = family._replace(model_class="TinyForCausalLM")
    monkeypatch.setattr(
        "symbolic.configs.making.family_called", lambda name: family if name == "tiny" else families.find(name)
    )
    sizes = {"vocab_size": 100, "emb_dim": 8, "n_layers": 2}
    plain = symbolic.explain(make_model("tiny", sizes, "a test", "tiny")).total
    named = make_model("tiny", {**sizes, "architectures": ["TinyForCausalLM"]}, "a test", "tiny")
    assert symbolic.explain(named).total == plain
    for other in (["TinyModel"], ["TinyForCausalLM", "TinyModel"]):
        with pytest.raises(ConfigError, match="tiny has no use for architectures"):
            make_model("tiny", {**sizes, "architectures": other}, "a test", "tiny")


def test_the_example_of_a_format_prints() -> None:
    outline = example(2)["render"](symbolic.explain("gpt2-124m"))  # type: ignore[operator]
    assert "    3.1.1 Query, key and value matrices: 1,769,472\n" in outline


def test_the_example_of_a_quantity_measures() -> None:
    quantity = example(1)["QUANTITY"]
    assert isinstance(quantity, type(quantities.find("parameters")))
    derivation = derive(symbolic.load("gpt2-124m"), quantity, find("trainable"))
    assert derivation.total == 2 * 124_412_160
    for name in ("text", "html"):
        assert "248,824,320" in derivation.to(name)


def test_the_example_of_a_kind_of_question_asks() -> None:
    derivation = symbolic.explain("gpt2-124m")
    context = Context(derivation, lambda _: derivation, Prose("handout", "handout"), Random(1), at_random(Random(1)))
    question = example(3)["make"](context, "1")  # type: ignore[operator]
    assert isinstance(question, Question)
    [item] = question.items
    assert isinstance(item.answer, NumberAnswer)
    assert algebra.evaluated(item.proofs[0].formula, derivation.sizes) == item.answer.value > 0
