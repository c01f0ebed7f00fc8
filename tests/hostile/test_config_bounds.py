"""Configs that take more than they say, or say something else than they seem to, end in a line or the right figure."""

import json
from contextlib import suppress
from pathlib import Path

import pytest
from ends import ends
from sampling import count, sample

import symbolic
from symbolic.configs.model import Model
from symbolic.errors import SymbolicError

GPT = {"vocab_size": 50257, "context_length": 1024, "emb_dim": 768, "n_heads": 12, "n_layers": 12, "qkv_bias": False}
DICT = str(GPT)


def load(text: str, name: str, folder: Path) -> list[Model]:
    (folder / name).write_text(text, encoding="utf-8")
    return symbolic.load_all(str(folder / name))


@pytest.mark.parametrize("name", ["model.py", "notes.md"])
@pytest.mark.parametrize(
    "change",
    [
        'A["n_layers"] = 48',
        'A.update({"n_layers": 48})',
        "A.update(n_layers=48)",
        'A |= {"n_layers": 48}',
        'A.update({\n    "n_layers": 48,\n})',
        'del A["qkv_bias"]\nA["n_layers"] = 48',
        "A = dict(A, n_layers=48)",
        'A = A | {"n_layers": 48}',
        'B = A\nB["n_layers"] = 48',
        "A.n_layers = 48",
        'B = A\nC = B\nC["n_layers"] = 48',
        'B, C = A, {}\nB["n_layers"] = 48',
        'A = {**A, "n_layers": 48}',
        'OTHER = {"n_layers": 48}\nA.update(OTHER)',
        'SIZES = {"large": {"n_layers": 48}}\nsize = "large"\nA.update(SIZES[size])',
        'N = 4\nA["n_layers"] = 12 * N',
        'x = 1; A["n_layers"] = 48',
    ],
)
def test_a_plain_change_of_a_dict_counts(name: str, change: str, tmp_path: Path) -> None:
    [model] = load(f"A = {DICT}\n{change}\n", name, tmp_path)
    assert model.sizes["n_layers"] == 48


@pytest.mark.parametrize("name", ["model.py", "notes.md"])
@pytest.mark.parametrize(
    "change",
    [
        'if deep:\n    A["n_layers"] = 48',
        'A["n_layers"] *= 4',
        "A.update(B)",
        'A.pop("n_layers")',
        "A.clear()",
        'A["n_layers"] = layers()',
        "A |= B",
        'A.setdefault("n_layers", 48)',
        'A.__setitem__("n_layers", 48)',
        'A["n_layers"], A["emb_dim"] = 48, 7680',
        'A["n_layers"] = A["emb_dim"] = 48',
        'A["n_layers"]: int = 48',
        'cfg.A["n_layers"] = 48',
        'A["model"]["n_layers"] = 48',
        "A = replace(A, n_layers=48)",
        "A = A | B",
        "with open('x') as f: A.update(json.load(f))",
        "B = A\nB.update(C)",
        '(B := A)["n_layers"] = 48',
        "dict.update(A, n_layers=48)",
        'operator.setitem(A, "n_layers", 48)',
        'for c in [A]:\n    c["n_layers"] = 48',
        'for A["n_layers"] in [48]:\n    pass',
        'with depth() as A["n_layers"]:\n    pass',
        "[A.update(n_layers=48) for _ in range(1)]",
        "assert A.update(n_layers=48) is None",
        'print(f"{A.update(n_layers=48)}")',
        'def deepen(c):\n    c["n_layers"] = 48\ndeepen(A)',
        'def deepen(c=A):\n    c["n_layers"] = 48\ndeepen()',
        "(lambda c: c.update(n_layers=48))(A)",
        'def get():\n    return A\nget()["n_layers"] = 48',
        'B = A if small else None\nB["n_layers"] = 48',
        'B = small or A\nB["n_layers"] = 48',
        'S = [A]\nS[0]["n_layers"] = 48',
        'S = {"a": A}\nS["a"]["n_layers"] = 48',
        'net.config = A\nnet.config["n_layers"] = 48',
        'class Net:\n    def __init__(self, c):\n        c["n_layers"] = 48\nNet(A)',
        'globals()["A"]["n_layers"] = 48',
        "exec(\"A['n_layers'] = 48\")",
        'def later():\n    A["n_layers"] = 48',
        'N = 4\nN += 1\nA["n_layers"] = N',
        'N = 4\nfrom other import N\nA["n_layers"] = N',
        'N = 4\nfrom other import *\nA["n_layers"] = N',
        'N = 4\ndef f():\n    global N\n    N = 48\nf()\nA["n_layers"] = N',
        'B = A.copy()\nB["model"]["n_layers"] = 48',
        'B = {**A}\nB["model"].update(n_layers=48)',
        'B = A | {}\nB["model"]["n_layers"] = 48',
    ],
)
def test_a_change_that_only_running_would_tell_is_refused(name: str, change: str, tmp_path: Path) -> None:
    with pytest.raises(SymbolicError, match="never run"):
        load(f"A = {DICT}\n{change}\n", name, tmp_path)


def test_a_change_of_a_name_that_is_assigned_again_is_of_the_other_dict(tmp_path: Path) -> None:
    first, second = load(f'A = {DICT}\nA = {DICT}\nA["n_layers"] = 48\n', "model.py", tmp_path)
    assert (first.sizes["n_layers"], second.sizes["n_layers"]) == (12, 48)


@pytest.mark.parametrize("name", ["model.py", "notes.md"])
@pytest.mark.parametrize(
    "again",
    [
        "A = None",
        "A = load()",
        "A = Config(**A)",
        "A = EasyDict(A)",
        "model = GPT(A)",
        "B = A.copy()\nB.clear()",
        'def other(A):\n    A["n_layers"] = 48\nother({})',
        'B = A\nB = {}\nB["n_layers"] = 48',
        "net.config.n_layers = 48",
        'B = load(A)\nB["n_layers"] = 48',
        'A = None\nA["n_layers"] = 48',
    ],
)
def test_what_does_not_change_a_dict_is_no_change(name: str, again: str, tmp_path: Path) -> None:
    [model] = load(f"A = {DICT}\n{again}\n", name, tmp_path)
    assert model.sizes["n_layers"] == 12


@pytest.mark.parametrize(
    "more",
    ["n_layer += 36", "n_layer = 4 * 12", "if big:\n    n_layer = 48", "n_layer, x = two()", "for n_layer in L: f()"],
)
def test_a_plain_size_of_a_module_that_is_changed_is_refused(more: str, tmp_path: Path) -> None:
    plain = "n_layer = 12\nn_head = 12\nn_embd = 768\nvocab_size = 50304\nblock_size = 1024\niter_num = 0\n"
    with pytest.raises(SymbolicError, match="n_layer is changed here"):
        load(f"{plain}{more}\n", "train.py", tmp_path)
    [model] = load(f"{plain}iter_num += 1\ndef f():\n    n_layer = 1\n", "train.py", tmp_path)
    assert model.sizes["n_layers"] == 12


@pytest.mark.parametrize(
    ("line", "width"),
    [
        ("n_inner = 80", 80),
        ("n_inner = 3 * n_embd", 96),
        ("n_inner, x = n_embd // 2, f()", 16),
        ("n_inner = int(n_embd * 8 / 3)", "'n_inner' is a call"),
        ("n_inner = 2 * wide()", "'n_inner' is an expression"),
        ("n_inner = x = 1 if big else 2", "'n_inner' is an expression"),
        ("if big:\n    n_inner = 80", "n_inner is changed here"),
        ("n_inner = 2 * n_embd\nn_inner = 3 * n_embd", "n_inner is changed here"),
        ("wide = 2\nn_inner = wide * n_embd\nwide = 3", "'n_inner' is an expression"),
    ],
)
def test_a_size_that_a_module_computes_is_worked_out_or_refused(line: str, width: int | str, tmp_path: Path) -> None:
    text = (
        f"vocab_size = 40\nn_embd = 32\nn_layer = n_head = 2\nblock_size, bias = 8, False\nmodel_type = 'gpt2'\n{line}"
    )
    if isinstance(width, str):
        with pytest.raises(SymbolicError, match=width):
            load(text, "train.py", tmp_path)
    else:
        [model] = load(text, "train.py", tmp_path)
        assert model.sizes["hidden_dim"] == width


COPIES = {
    "C = A.copy()\nC['n_layers'] = 48": "C",
    "C = dict(A, n_layers=48)": "C",
    "C = {**A, 'n_layers': 48}": "C",
    "C = A | {'n_layers': 48}": "C",
    "import copy\nC = copy.deepcopy(A)\nC |= {'n_layers': 48}": "C",
    "def deep():\n    C = {**A, 'n_layers': 48}": "C",
}


@pytest.mark.parametrize("name", ["model.py", "notes.md"])
@pytest.mark.parametrize("copy", COPIES)
def test_a_copy_with_other_sizes_is_a_config_too(name: str, copy: str, tmp_path: Path) -> None:
    found = load(f"A = {DICT}\n{copy}\n", name, tmp_path)
    assert [(model.name, model.sizes["n_layers"]) for model in found] == [("A", 12), (COPIES[copy], 48)]


FIELDS = "".join(f"    {key}: {type(value).__name__} = {value}\n" for key, value in GPT.items())


@pytest.mark.parametrize("name", ["model.py", "notes.md"])
@pytest.mark.parametrize(
    ("more", "called"),
    [
        ("deep = C(n_layers=48)", "deep"),
        ("net = GPT(C(n_layers=48))", "C#2"),
        ("deep = C()\ndeep.n_layers = 48", "deep"),
        ("deep = replace(C(), n_layers=48)", "deep"),
        ("@dataclass\nclass Deep(C):\n    n_layers: int = 48", "Deep"),
        ("nets = {'deep': C(n_layers=48)}", "deep"),
    ],
)
def test_objects_and_heirs_of_a_class_have_its_defaults(name: str, more: str, called: str, tmp_path: Path) -> None:
    found = load(f"@dataclass\nclass C:\n{FIELDS}{more}\n", name, tmp_path)
    assert [(model.name, model.sizes["n_layers"]) for model in found] == [("C", 12), (called, 48)]


def test_the_window_of_a_cache_is_no_size_of_layers(tmp_path: Path) -> None:
    [model] = load(f"A = {dict(GPT, kv_window_size=1024)}\n", "model.py", tmp_path)
    assert model.unknown == ("kv_window_size",)


@pytest.mark.parametrize("made", ["__init__(self)", "__init__(self, **given)", "__post_init__(self)"])
def test_a_default_that_a_class_changes_when_an_object_is_made_is_refused(made: str, tmp_path: Path) -> None:
    with pytest.raises(SymbolicError, match="computes n_layers"):
        load(f"class C:\n{FIELDS}    def {made}:\n        self.n_layers = 48\n", "model.py", tmp_path)


def test_other_dicts_and_calls_in_a_file_do_not_stop_it(tmp_path: Path) -> None:
    others = (
        "B = {k: v for k in x}\nC = {'w': f(), **D}\nE = Block(n_heads=2, n_layers=n)\nF = Net(n_heads=2, emb_dim=4)\n"
    )
    [model] = load(f"{others}A = {DICT}\n", "model.py", tmp_path)
    assert model.name == "A"


@pytest.mark.parametrize("name", ["notes.md", "notes.ipynb"])
def test_a_piece_that_is_no_python_does_not_spoil_the_others(name: str, tmp_path: Path) -> None:
    pieces = [f"%load x\nA = {DICT}", "def f(:", 'if deep:\n    A["n_layers"] = 48']
    text = "\n".join(f"```python\n{piece}\n```" for piece in pieces)
    if name == "notes.ipynb":
        text = json.dumps({"cells": [{"cell_type": "code", "source": piece} for piece in pieces]})
    with pytest.raises(SymbolicError, match="A is changed here"):
        load(text, name, tmp_path)


@pytest.mark.parametrize("rest", [" | B", " if deep else B", '["model"]'])
def test_a_dict_that_goes_on_behind_its_brace_is_none_by_itself(rest: str, tmp_path: Path) -> None:
    with pytest.raises(SymbolicError):
        load(f"A = {DICT}{rest}\n", "notes.md", tmp_path)


def test_a_call_that_takes_more_from_another_dict_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SymbolicError, match="more values come from B"):
        load(f"A = dict(**B, **{{}}, {', '.join(f'{key}={value}' for key, value in GPT.items())})\n", "m.py", tmp_path)


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("m.yaml", "n_layers: 012\nemb_dim: 768\n", "'012' is another number"),
        ("m.yaml", "n_layers: 1:20\nemb_dim: 768\n", "'1:20' is another number"),
        ("m.yaml", "a: &a {emb_dim: 2}\nb: &b {emb_dim: 4}\nc: {<<: *a, <<: *b}\n", "'<<' is given twice"),
        (
            "m.json",
            json.dumps({"model": {"model_config": GPT, "other_config": {"moe": {"num_experts": 8}}}}),
            "other_config.moe.num_experts beside the table model_config",
        ),
        ("m.json", json.dumps({"model": GPT, "n_layers": 48}), "n_layers beside the table model"),
        ("m.json", json.dumps({"config": GPT, "n_layers": "48"}), "n_layers beside the table config"),
        (
            "m.json",
            json.dumps({"model": GPT, "architecture": {"ffn_type": "swiglu"}}),
            "architecture.ffn_type beside the table model",
        ),
        ("m.json", json.dumps({"config": GPT, "overrides": {"n_layers": 48}}), r"overrides\.n_layers beside"),
        ("m.json", json.dumps({"model": GPT, "training": {"num_layers": 48}}), r"training\.num_layers beside"),
        ("m.yaml", f"defaults: {json.dumps(GPT)}\nmodel: {{n_layers: 48}}\n", r"model\.n_layers beside"),
        ("m.json", json.dumps({**GPT, "text_config": {**GPT, "n_layers": 48}}), "n_layers is 12, and in text_config"),
        ("m.json", json.dumps(GPT)[:-1] + r', "n_\u006cayers": 48}', "'n_layers' is given twice"),
    ],
)  # fmt: skip
def test_a_number_that_would_be_dropped_or_read_otherwise_is_a_line(
    name: str, text: str, says: str, tmp_path: Path
) -> None:
    with pytest.raises(SymbolicError, match=says):
        load(text, name, tmp_path)


def test_a_dict_in_a_comment_of_html_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(SymbolicError, match="no dict of sizes"):
        load(f"<!-- A = {DICT} -->\ntext\n", "notes.md", tmp_path)


def test_a_size_beside_a_table_config_is_not_dropped(tmp_path: Path) -> None:
    with pytest.raises(SymbolicError, match="n_layers beside the table config"):
        load(json.dumps({"config": GPT, "n_layers": 48}), "model.json", tmp_path)


TENTHS = count(10, 1)
LARGE = {
    "many dicts.md": "A={}\n" * (2_000 * TENTHS),
    "quotes.md": "A = {" + '\\"' * (4_000 * TENTHS),
    "open quotes.md": "A = {" + "'" * (40_000 * TENTHS),
    "comments.md": "<!--" * (100_000 * TENTHS),
    "prose.md": "a: [1,2]\n" * (90_000 * TENTHS),
    "changes.md": f"A = {DICT}\n" + "A[1] = 2\n" * (5_000 * TENTHS),
    "assigned again.md": f"A = {DICT}\n" + "A = (\n" * (5_000 * TENTHS),
    "aliases.md": f"A = {DICT}\n" + "".join(f"A{n} = A{n + 1}\n" for n in range(5_000 * TENTHS)),
    "plain changes.md": f"A = {DICT}\n" + "A['x'] = 2\n" * (2_000 * TENTHS),
    "changes before.md": "A[1] = 2\n" * (5_000 * TENTHS) + f"A = {DICT}",
    "deep key.toml": ".".join("a" * (2_000 * TENTHS)) + "=1",
    "deep keys.toml": "".join(f"a{n}{'.a' * 30}=1\n" for n in range(1_000 * TENTHS)),
    "deep table.toml": "[" + ".".join("a" * (2_000 * TENTHS)) + "]\nb=1",
    "deep list.toml": "a=" + "[" * (40_000 * TENTHS),
    "list.py": "A = [" + "1," * (490_000 * TENTHS) + "]",
    "statements.py": "a\n" * (490_000 * TENTHS),
    "minus.py": "A = {'a': " + "-" * (40_000 * TENTHS) + "1}",
    "brackets.json": "[" * (900_000 * TENTHS),
    "objects.json": '{"a":' * (100_000 * TENTHS),
    "lists.json": '{"a": [' + "[]," * (300_000 * TENTHS) + "[]]}",
    "digits.json": '{"emb_dim": ' + "9" * (900_000 * TENTHS) + "}",
    "keys.yaml": "".join(f"k{n}: 1\n" for n in range(2_000 * TENTHS)),
    "deep.yaml": "[" * (10_000 * TENTHS),
    "aliases.yaml": "a: &a [x,x,x,x]\n" + "".join(f"b{n}: &b{n} [*a,*a]\n" for n in range(900 * TENTHS)),
}


@pytest.mark.parametrize("name", sample(list(LARGE), 3))
def test_a_large_file_ends_with_a_line(name: str, tmp_path: Path) -> None:
    with ends(), suppress(SymbolicError):
        load(LARGE[name], name, tmp_path)
