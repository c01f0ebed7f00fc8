"""Which modules a config leaves as they are: its lists of names, endings and patterns, as transformers reads them.

transformers, `should_convert_module` in quantizers/quantizers_utils.py: a pattern names a module from the start of its
name to the end of one of its parts, or is its ending.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from symbolic.errors import ConfigError, shown

LAYER = re.compile(r"(?<=layers\.)\d+(?=\.|$)|(?<=\bh\.)\d+(?=\.|$)|(?<=blocks\.)\d+(?=\.|$)")
EXPERT = re.compile(r"\bexperts\.\d+(?=\.|$)")
WHOLE = re.compile(r"^(model\.)?language_model\.")
"""What a model of several parts puts in front of the names of the part that writes."""
MOST_PATTERNS = 100_000
LONGEST = 500
BOUNDARY = r"(?:(?<=\.)|(?=\.|$))"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Modules that stay as they are: `everywhere`, or in some layers, by their numbers; `unknown` match none."""

    everywhere: frozenset[str]
    in_layers: Mapping[str, frozenset[int]]
    unknown: tuple[str, ...]

    def of(self, modules: Collection[str]) -> LeftOut:
        """Return those among some modules."""
        some = {module: layers for module, layers in self.in_layers.items() if module in modules}
        return LeftOut(self.everywhere & frozenset(modules), some, self.unknown)


def of_glob(pattern: object) -> object:
    r"""Return a pattern with the stars of file names as one that `left_out` reads; anything else as it is.

    A star at the end stands for what lies in the module: `layers.1*` is no name for layer 10, as vLLM reads it.

    >>> of_glob("model.layers.1*"), of_glob("*.mlp.gate")
    ('model.layers.1', 're:.*\\.mlp\\.gate')
    """
    if not isinstance(pattern, str) or pattern.startswith("re:") or "*" not in pattern:
        return pattern
    bare = pattern.rstrip("*").removesuffix(".")
    return "re:" + ".*".join(map(re.escape, bare.split("*"))) if "*" in bare else bare


def left_out(patterns: Iterable[object], modules: Iterable[str], n_layers: int, key: str) -> LeftOut:
    """Return which modules, written with `{}` for a layer's number, a list of patterns names."""
    modules = tuple(dict.fromkeys(modules))
    numbered: dict[str, set[int] | None] = {}
    written: dict[str, str] = {}
    for pattern in patterns:
        if not isinstance(pattern, str) or len(pattern) > LONGEST or len(numbered) > MOST_PATTERNS:
            raise ConfigError(f"{key} must list names of modules, got {shown(pattern)}; give names")
        name = WHOLE.sub(r"\1", pattern)
        general, number = LAYER.sub("{}", name), LAYER.search(name)
        written.setdefault(general, pattern)
        if number is None:
            numbered[general] = None
        elif (layers := numbered.setdefault(general, set())) is not None:
            layers.add(int(number[0]))
    everywhere: set[str] = set()
    somewhere: dict[str, set[int]] = {}
    unknown = []
    for general, layers in numbered.items():
        if EXPERT.search(general) and any(".experts" in module for module in modules):
            raise ConfigError(f"{key} leaves out single experts, {shown(written[general])}; name --dtype")
        found = [module for module in modules if _names(general, module)]
        if not found:
            unknown.append(written[general])
        for module in found:
            if layers is None:
                everywhere.add(module)
            else:
                somewhere.setdefault(module, set()).update(layers)
    # The number of layers is somebody's, and may be any: their numbers are never listed.
    there = {module: frozenset(one for one in layers if one < n_layers) for module, layers in somewhere.items()}
    everywhere |= {module for module, layers in there.items() if len(layers) == n_layers}
    some = {module: layers for module, layers in there.items() if module not in everywhere}
    return LeftOut(frozenset(everywhere), {module: layers for module, layers in some.items() if layers}, tuple(unknown))


def _names(pattern: str, module: str) -> bool:
    """Return whether a pattern names a module; `re:` marks a regular expression, as compressed-tensors writes it."""
    if pattern.startswith("re:"):
        return _matches(pattern[3:], module)
    if "{}" in pattern or "{}" not in module:
        plain = pattern == module or module.startswith(f"{pattern}.") or module.endswith(pattern)
        return plain or ("{}" not in pattern and _matches(pattern, module))
    return module.endswith(pattern) or module.startswith(f"{pattern}.") or _matches(pattern, module)


def _matches(pattern: str, module: str) -> bool:
    """Whether a regular expression names a module: literals, dots and stars only, so that none can run for long."""
    if not re.fullmatch(r"[\w.*\\^$()|?:-]*", pattern) or re.search(r"[*+?]\)?[*+?]|\)[*+]", pattern):
        return False
    try:
        return re.match(rf"(?:{pattern}){BOUNDARY}", module.replace("{}", "0")) is not None
    except re.error:
        return False
