"""Writes what was learned of a type as the text that `symbolic.networks.learned.description` reads."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from symbolic.networks.learned.conditions import All, Condition, all_of
from symbolic.networks.learned.description import FIXED, ITSELF, MODULES, NAMELESS
from symbolic.networks.learned.notation import formula
from symbolic.networks.learned.paths import said
from symbolic.networks.learned.reading_conditions import condition
from symbolic.networks.learned.tree_lines import bias_axes

Report = dict[str, Any]
TENSORS = frozenset({"weight", "bias"})
"""The tensors of a module that has one line; a module of such a name would be read as a tensor there."""


class ModuleNode:
    """A module while its tree is put together."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.children: dict[str, ModuleNode] = {}
        self.tensors: list[dict[str, Any]] = []
        self.repeat: list[tuple[str, str]] = []
        self.where: tuple[Condition, ...] = ()
        self.tower = ""


HELD: Mapping[str, Callable[[Any], str]] = {
    "named": said,
    "adapts": lambda _: "adapts as PEFT",
    "buffers": lambda _: "buffers",
}
"""What was held of a type beside its weights, and the line that says so."""


def text_of(report: Report) -> str:
    """Return the description of a report that passed its check."""
    names = {
        path.removeprefix(f"{report['part']}.") if report["part"] else path: value
        for path, value in report["relevant"].items()
    }
    lines = [f"{report['type']} {report['class']}"]
    if report["part"]:
        lines.append(f"part {report['part']}")
    lines.append("keys " + " ".join(f"{name}={_plain(value)}" for name, value in names.items()))
    lines += [f"{word} {' '.join(report[word])}" for word in ("null", "unset", "given") if report.get(word)]
    towers = report.get("towers", {})
    lines += [_tower(one) for one in towers.values()]
    if report.get("flat"):
        lines.append(f"flat {report['flat']}")
    if report.get("auto"):
        lines.append("auto " + " ".join(report["auto"]))
    harmless = [path.removeprefix(f"{report['part']}.") if report["part"] else path for path in report["harmless"]]
    # What must fit another key, such as heads that divide a width, has its other names, too.
    aliases = {alias: name for alias, name in report["aliases"].items() if name in names or name in harmless}
    harmless = [name for name in harmless if name not in aliases]
    if harmless:
        lines.append("without effect: " + " ".join(harmless))
    # What a class declares is not always what published configs say: Kimi Linear's have the other name.
    aliases |= {name: alias for alias, name in report["aliases"].items() if alias in names and name not in names}
    if aliases:
        lines.append("also " + " ".join(f"{alias}={name}" for alias, name in aliases.items()))
    if report.get("fixed"):
        lines.append("only " + " ".join(f"{name}={_plain(value)}" for name, value in report["fixed"].items()))
    lines += [f"never {where}" for where in report.get("never", ())]
    lines += [line(report[held]) for held, line in HELD.items() if report.get(held)]
    if report.get("stated"):
        lines.append("stated " + " ".join(report["stated"]))
    for key, made, where in report["settled"]:
        if isinstance(made, dict) and not made.keys() & {"formula", "length"}:
            continue
        lines.append("let " + _let(key, made, where))
    lines += report.get("does", ())
    root = _tree(report)
    for child in root.children.values():
        lines += _lines(child, 0)
    for tensor in root.tensors:
        lines.append(_tensor(tensor, 0))
    return "\n".join(lines) + "\n"


def _tree(report: Report) -> ModuleNode:
    """The modules of a report's tensors, conditions that all parts share on the module."""
    root = ModuleNode("")
    for pattern, owner, axes, tied, buffer, where in report["entries"]:
        node = root
        if owner.startswith("tower "):
            for step in pattern.split("."):
                node = node.children.setdefault(step, ModuleNode(step))
            node.tower, node.where = owner.removeprefix("tower "), _parts(where)
            continue
        *above, last = pattern.split(".")
        prefix = ""
        for _at, part in enumerate(above):
            if part == "{}":
                if not prefix or prefix.endswith("{}."):
                    # Layers of layers, and those of a sequence that is the whole network.
                    node = node.children.setdefault(NAMELESS, ModuleNode(NAMELESS))
                node.repeat = report["stacks"][prefix]
                prefix += "{}."
                continue
            prefix += f"{part}."
            node = node.children.setdefault(part, ModuleNode(part))
        if last == "{}":
            node.repeat = report["stacks"][prefix]
            last = "{}"
        made = {"name": last, "owner": owner.removeprefix(f"{FIXED} "), "axes": axes, "tied": tied, "buffer": buffer}
        node.tensors.append({**made, "fixed": owner.startswith(f"{FIXED} "), "where": _parts(where)})
    _hoist(root)
    return root


def _tower(tower: dict[str, Any]) -> str:
    line = f"tower {tower['part']} {tower['model_type']}; "
    line += f"chosen by {tower['auto']}" if tower["auto"] else f"of {tower['model_class']}"
    if tower.get("optional"):
        line += "; optional"
    if tower["without"]:
        line += "; without " + " ".join(tower["without"])
    given = {key: value for key, value in tower["given"].items() if not isinstance(value, dict)}
    if given:
        line += "; with " + " ".join(f"{key}={_plain(value)}" for key, value in given.items())
    return line


def _plain(value: Any) -> str:
    return "none" if value is None else json.dumps(value, separators=(",", ":"))


def _let(key: str, made: Any, where: str) -> str:
    when = "" if where == "True" else f" if {where}"
    if isinstance(made, dict) and "length" in made:
        items = (
            "; ".join(_item(item) + ("" if cond == "True" else f" if {cond}") for item, cond in made["items"]) or "none"
        )
        outer = "" if where == "True" else f"] if {where}"
        return f"{key}[{made['length']}{outer}] = {items}"
    return f"{key} = {_item(made)}{when}"


def _item(made: Any) -> str:
    if isinstance(made, dict) and "formula" in made:
        return str(made["formula"])
    if isinstance(made, str):
        return f"'{made}'"
    return _plain(made)


def _parts(where: str) -> tuple[Condition, ...]:
    if where == "True":
        return ()
    made = condition(where)
    return made.parts if isinstance(made, All) else (made,)


def _hoist(node: ModuleNode) -> None:
    """Move a condition that all parts of a module share to the module."""
    if node.tower:
        return
    for child in node.children.values():
        _hoist(child)
    wheres = [tensor["where"] for tensor in node.tensors] + [child.where for child in node.children.values()]
    if not node.name or not wheres:
        return
    shared = tuple(one for one in wheres[0] if all(one in other for other in wheres[1:]))
    node.where = shared
    for tensor in node.tensors:
        tensor["where"] = tuple(one for one in tensor["where"] if one not in shared)
    for child in node.children.values():
        child.where = tuple(one for one in child.where if one not in shared)


def _lines(node: ModuleNode, depth: int) -> list[str]:
    owners = {tensor["owner"] for tensor in node.tensors}
    names = {tensor["name"] for tensor in node.tensors}
    pad = " " * depth
    if (
        node.name not in TENSORS
        and not node.children
        and not node.repeat
        and len(owners) == 1
        and owners <= set(MODULES)
        and names <= TENSORS
        and "weight" in names
    ):
        made = _module_lines(node, depth)
        if made is not None:
            return made
    times = " | ".join(f"{length}" + ("" if where == "True" else f" where {where}") for length, where in node.repeat)
    tower = f" is {node.tower}" if node.tower else ""
    head = pad + node.name + tower + (f" × {times}" if times else "") + _when(node.where)
    lines = [head]
    for child in node.children.values():
        lines += _lines(child, depth + 1)
    lines += [_tensor(tensor, depth + 1) for tensor in node.tensors]
    return lines


def _module_lines(node: ModuleNode, depth: int) -> list[str] | None:
    """Return a module's lines, weight and bias on one line, one for each variant; None where no line says it."""
    weights = [tensor for tensor in node.tensors if tensor["name"] == "weight"]
    biases = [tensor for tensor in node.tensors if tensor["name"] == "bias"]
    lines = []
    left = list(biases)
    for weight in weights:
        own = [
            bias
            for bias in left
            if tuple(map(formula, bias["axes"])) == bias_axes(weight["owner"], tuple(map(formula, weight["axes"])))
            and all(one in bias["where"] for one in weight["where"])
            and not bias["tied"]
            and bias["fixed"] == weight["fixed"]
        ]
        extra = ""
        if own:
            left.remove(own[0])
            extra = "; bias" + _when(tuple(one for one in own[0]["where"] if one not in weight["where"]))
        tied = f"; tied to {weight['tied'].removesuffix('.weight')}" if weight["tied"] else ""
        if weight["tied"] and not weight["tied"].endswith(".weight"):
            return None
        where = _when((*node.where, *weight["where"]))
        if " or " in where and extra:
            pass
        shape = f"{_fixed(weight)}{weight['owner']} {','.join(map(_tight, weight['axes']))}"
        lines.append(f"{' ' * depth}{node.name}: {shape}{tied}{where}{extra}")
    return None if left else lines


def _fixed(tensor: dict[str, Any]) -> str:
    return f"{FIXED} " if tensor["fixed"] else ""


def _tight(axis: str) -> str:
    return axis


def _tensor(tensor: dict[str, Any], depth: int) -> str:
    tied = f"; tied to {tensor['tied']}" if tensor["tied"] else ""
    owner = tensor["owner"] + ("!" if tensor["buffer"] else "")
    if tensor["owner"] in MODULES and not tensor["buffer"] and tensor["name"] not in ("weight", "bias"):
        owner = f"{ITSELF} {owner}"
    shape = f"{_fixed(tensor)}{owner} {','.join(tensor['axes'])}"
    return f"{' ' * depth}{tensor['name']}: {shape}{tied}{_when(tensor['where'])}"


def _when(parts: tuple[Condition, ...]) -> str:
    return f" if {all_of(*parts)}" if parts else ""
