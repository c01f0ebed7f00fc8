"""What an engineer asks first: how many devices a batch needs, whether it fits, and devices by their other names."""

from fractions import Fraction

import pytest
from click.testing import CliRunner

from symbolic import api
from symbolic.cli import main
from symbolic.errors import ConfigError
from symbolic.measuring import hardware

# Llama 3 70B at 16 bits, and the cache of 8,192 tokens: 80 layers, 8 key-value heads of 128.
WEIGHTS, SEQUENCE = 2 * 70_553_706_496, 80 * 2 * 8 * 128 * 2 * 8192
ENGINE = Fraction(92, 100) * 80 * 10**9


def said(*asked: str) -> dict[str, str]:
    """Return the figures of `serve --line`, by name."""
    done = CliRunner().invoke(main, ["serve", *asked, "--line"])
    assert done.exit_code == 0, done.output
    return dict(one.split("=") for one in done.stdout.split()[1:])


@pytest.mark.parametrize(("batch", "devices"), [(1, 2), (2, 2), (3, 4), (8, 4), (57, 4), (58, 8)])
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
    assert ("does not fit on a device of 80" in named) is not fits
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
