"""A config of diffusers is built by its class of the installed diffusers, and by nothing else.

A library of that name with two classes stands for it: the real one is large, and not everybody has it.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

pytest.importorskip("torch")

from symbolic import api, loading
from symbolic.errors import SymbolicError
from symbolic.networks.tracing.diffusers_class import class_of

LIBRARY = """
__version__ = "1.0"

from torch import nn

class ModelMixin(nn.Module):
    pass

class UNet2DModel(ModelMixin):
    def __init__(self, in_channels=3, sample_size=None, widths=(4,)):
        super().__init__()
        self.first = nn.Conv2d(in_channels, widths[0], 3, padding=1)
        self.time = nn.Linear(1, widths[0])

    def forward(self, sample, timestep, return_dict=True):
        return self.first(sample) + self.time(timestep[:, None].float())[:, :, None, None]

class StableDiffusionPipeline:
    def __init__(self, **parts):
        raise AssertionError("only a network is built")
"""


@pytest.fixture(autouse=True)
def _library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "diffusers.py").write_text(LIBRARY)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path), prepend=":")


def _config(tmp_path: Path, **values: Any) -> str:
    (tmp_path / "config.json").write_text(json.dumps({"_diffusers_version": "0.9", **values}))
    return str(tmp_path / "config.json")


def test_parameters_and_operations_are_those_of_its_class_and_a_key_that_it_does_not_read_is_named(
    tmp_path: Path,
) -> None:
    config = _config(tmp_path, _class_name="UNet2DModel", sample_size=8, widths=[5], new_key=1)
    [model] = loading.trace_all(config)
    assert api.explain(model).total == 5 * 3 * 9 + 5 + 5 + 5
    assert api.explain(model, "forward-flops").total == 2 * (8 * 8 * 5 * 3 * 9 + 5)
    assert model.unknown == ("new_key",)


def test_a_network_that_its_class_refuses_is_an_error_in_one_line(tmp_path: Path) -> None:
    config = _config(tmp_path, _class_name="UNet2DModel", in_channels=0, widths=[])
    with pytest.raises(SymbolicError, match=r"UNet2DModel can't be built: IndexError") as raised:
        loading.trace_all(config)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("UNet2DModl", "no network of diffusers 1.0 'UNet2DModl'; nearest: UNet2DModel"),
        ("StableDiffusionPipeline", "is no network; give the config.json of one"),
        ("nn", "is no network"),
    ],
)
def test_what_is_no_network_of_it_is_an_error_in_one_line(
    name: str, says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # In this process, which has torch already; the test before shows that an error reaches it from the other one.
    library = ModuleType("diffusers")
    exec(LIBRARY, vars(library))
    monkeypatch.setitem(sys.modules, "diffusers", library)
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(SymbolicError) as raised:
        class_of({"_class_name": name}, {})
    assert says in str(raised.value)
    assert "\n" not in str(raised.value)
