"""What was changed by hand in a description is still there after the type has been learned again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="torch is not installed: pip install symbolic-explainer[verify]")
pytest.importorskip("transformers", reason="transformers is not installed: pip install symbolic-explainer[verify]")
pytestmark = [pytest.mark.torch, pytest.mark.filterwarnings("ignore")]

BY_HAND = (
    ("image-text", "llava", "LlavaForConditionalGeneration", "len(vision_feature_layer)*vision_config.hidden_size"),
    ("image", "beit", "BeitForImageClassification", "classifier: linear num_labels,hidden_size"),
    ("image", "deit", "DeiTForImageClassification", "classifier: linear num_labels,hidden_size"),
    ("image", "dinov2", "Dinov2ForImageClassification", "classifier: linear num_labels,2*hidden_size"),
)


@pytest.mark.parametrize(("task", "name", "made", "line"), BY_HAND)
def test_a_line_changed_by_hand_outlives_learning(
    task: str, name: str, made: str, line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tools.learning import packing, shipping  # imports torch

    before = (packing.OPEN / f"{name}.txt").read_text(encoding="utf-8")
    assert line in before
    # A report that passed its check and says otherwise.
    report = {"task": task, "type": name, "class": made, "exact": 20, "tried": 20, "entries": [], "samples": []}
    (tmp_path / "report.json").write_text(json.dumps(report), encoding="utf-8")
    monkeypatch.setattr(shipping, "checked", lambda *_: (f"{name} {made}\nkeys \n", ""))
    written: list[str] = []
    monkeypatch.setattr(shipping, "_put", lambda _name, text: written.append(text))
    monkeypatch.setattr("sys.argv", ["shipping", str(tmp_path)])

    shipping.main()

    assert not written
    assert (packing.OPEN / f"{name}.txt").read_text(encoding="utf-8") == before
