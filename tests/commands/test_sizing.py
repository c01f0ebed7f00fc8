"""What an engineer asks first: how many devices a batch needs, whether it fits, and devices by their other names."""

import json
from fractions import Fraction
from pathlib import Path

import pytest
from click.testing import CliRunner

from symbolic import api
from symbolic.cli import main
from symbolic.errors import ConfigError
from symbolic.measuring import hardware

# Llama 3 70B at 16 bits, and the cache of 8,192 tokens: 80 layers, 8 key-value heads of 128.
WEIGHTS, SEQUENCE = 2 * 70_553_706_496, 80 * 2 * 8 * 128 * 2 * 8192
ENGINE = Fraction(92, 100) * Fraction(7910, 100) * 2**30


def said(*asked: str) -> dict[str, str]:
    """Return the figures of `serve --line`, by name."""
    done = CliRunner().invoke(main, ["serve", *asked, "--line"])
    assert done.exit_code == 0, done.output
    return dict(one.split("=") for one in done.stdout.split()[1:])


@pytest.mark.parametrize(("batch", "devices"), [(1, 2), (2, 2), (5, 2), (6, 4), (63, 4), (64, 8)])
def test_devices_are_the_fewest_that_hold_the_batch_that_is_asked_for(batch: int, devices: int) -> None:
    assert WEIGHTS + batch * SEQUENCE <= devices * ENGINE
    assert WEIGHTS + batch * SEQUENCE > devices // 2 * ENGINE
    line = said("llama-3-70b", "--device", "h100", "--batch", str(batch))
    assert (int(line["devices"]), int(line["batch_size"])) == (devices, batch)


def test_where_no_batch_is_asked_for_devices_hold_a_useful_one() -> None:
    line = said("llama-3-70b", "--device", "h100")
    assert (line["devices"], line["batch_size"]) == ("4", "1")
    with pytest.raises(ConfigError, match="batch must be at least 1"):
        api.serving("llama-3-8b", batch=0)


@pytest.mark.parametrize(("devices", "fits"), [("1", False), ("2", True)])
def test_a_line_of_what_has_no_room_is_marked(devices: str, fits: bool) -> None:
    line = said("llama-3-70b", "--device", "h100", "--devices", devices, "--batch", "2")
    assert ("fits" not in line) is fits


@pytest.mark.parametrize(("model", "fits"), [("llama-3-70b", False), ("llama-3-8b", True)])
def test_a_table_says_which_rows_the_named_device_does_not_hold(model: str, fits: bool) -> None:
    asked = ["table", model, "--quantity", "serving-memory"]
    named = CliRunner().invoke(main, [*asked, "--device", "h100"]).stdout
    assert ("does not fit on a device of 84.93 GB" in named) is not fits
    assert "does not fit" not in CliRunner().invoke(main, asked).stdout


@pytest.mark.parametrize(
    ("other", "name"), [("h100-sxm", "h100"), ("h100-80gb", "h100"), ("a6000", "rtx-a6000"), ("h100", "h100")]
)
def test_devices_have_other_names(other: str, name: str) -> None:
    assert hardware.device(other) == hardware.device(name)
    assert not set(hardware.aliases()) & set(hardware.table("accelerators"))


def test_a_mac_is_sent_to_the_bound_by_its_bandwidth() -> None:
    """What makes the operations per second unknown leaves what a memory of 800 GB/s allows: bytes over speed."""
    refused = CliRunner().invoke(main, ["serve", "llama-3-8b", "--device", "m2-ultra"])
    assert "kv-cache" in refused.stderr
    page = CliRunner().invoke(
        main,
        [
            "explain",
            "llama-3-8b",
            "--quantity",
            "kv-cache",
            "--device",
            "m2-ultra",
            "--format",
            "text",
            "--output",
            "-",
        ],
    )
    read = 2 * (8_030_261_248 - 128_256 * 4096) + 32 * 2 * 1024 * 2 * 8192
    assert f"takes {float(Fraction(1000 * read, 800 * 10**9)):.2f} ms or more" in " ".join(page.stdout.split())


def test_the_examples_of_serve_fit() -> None:
    """The help's DeepSeek on sixteen devices."""
    assert "fits" not in said("deepseek-v3", "--device", "h100", "--devices", "16", "--batch", "48")


# Llama 3.1 405B: 126 layers, 8 key-value heads of 128, which more than 8 devices copy.
BIG = {
    "model_type": "llama",
    "hidden_size": 16384,
    "intermediate_size": 53248,
    "num_attention_heads": 128,
    "num_hidden_layers": 126,
    "num_key_value_heads": 8,
    "vocab_size": 128256,
    "max_position_embeddings": 131072,
    "tie_word_embeddings": False,
}


def test_more_devices_than_a_server_has_may_be_fewer_in_stages(tmp_path: Path) -> None:
    """With 64 × 8,192 tokens 32 split each matrix, since heads are copied; 8 and two stages hold the same batch."""
    (tmp_path / "big.json").write_text(json.dumps(BIG), encoding="utf-8")
    asked = (str(tmp_path / "big.json"), "--device", "h100", "--context", "8192", "--batch", "64")
    line = said(*asked)
    staged = (line["in_stages_tensor_parallel"], line["in_stages_pipeline_parallel"])
    assert (line["devices"], *staged) == ("32", "8", "2")
    layer = 16384 * (16384 * 2 + 2 * 1024 + 3 * 53248) + 2 * 16384
    stage = 2 * (63 * layer + 128256 * 16384 + 16384) / 8 + 64 * 63 * 2 * 128 * 2 * 8192
    assert stage <= ENGINE < 2 * stage
    page = " ".join(
        str(api.serving(str(tmp_path / "big.json"), device="h100", context=8192, batch=64).to("text")).split()
    )
    assert "and 2 servers divide the layers among them (pipeline parallelism), 16 devices hold it" in page
    assert "in_stages_tensor_parallel" not in said("llama-3-70b", "--device", "h100", "--batch", "8")


def test_sums_across_servers_go_at_the_speed_of_network_cards() -> None:
    """Llama 3 70B: 160 sums a step, each of 16,384 bytes a sequence; of N devices each sends 2 (N − 1) / N of them."""
    for devices, link in ((8, 450), (16, 50)):
        made = api.serving("llama-3-70b", device="h100", devices=devices, batch=512, context=1024)
        text = {name: Fraction(one.value) for name, one in made.values.items()}
        sums = 160 * (Fraction(10, 10**6) + Fraction(2 * (devices - 1) * 512 * 16_384, devices * link * 10**9))
        alone = text["time_per_output_token"] - sums
        assert alone > 0
        assert made.records["batches"][0]["devices"].value == devices  # type: ignore[union-attr]
        step = next(row for row in made.records["batches"] if row["batch"].value == 512)  # type: ignore[union-attr]
        assert step["time_per_output_token"].value == text["time_per_output_token"]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("model", "asked", "says"),
    [
        # 673.2 GB of weights and 0.58 GB a sequence on devices of 78.2 GB: each of 16 keeps the latents whole
        ("deepseek-v3", {}, "16 such devices that split each matrix (tensor parallelism) hold it, with room for"),
        ("llama-3-70b", {"batch_size": 40}, "4 such devices that split each matrix"),
        ("llama-3-8b", {}, ""),
    ],
)
def test_a_page_says_how_many_devices_hold_what_one_does_not(model: str, asked: dict[str, int], says: str) -> None:
    text = " ".join(str(api.explain(model, "serving-memory", inputs=asked).to("text")).split())
    assert says in text
    assert ("such devices that split" in text) is bool(says)


@pytest.mark.parametrize(
    ("inputs", "says"),
    [({}, "This page counts the bytes on the device: the weights"), ({"tensor_parallel": 2}, "of the first stage")],
)
def test_a_page_of_one_device_has_no_stages(inputs: dict[str, int], says: str) -> None:
    text = " ".join(str(api.explain("llama-3-8b", "serving-memory", inputs=inputs).to("text")).split())
    assert says in text.partition("To remember")[0].partition("TO REMEMBER")[0]


def test_a_hint_names_the_model_and_its_format() -> None:
    text = " ".join(str(api.explain("llama-3-8b", "weight-memory", dtype="awq").to("text")).split())
    assert "symbolic explain llama-3-8b --quantity serving-memory --dtype awq counts both" in text
