"""What comes from outside is read within bounds, what goes to a terminal does nothing there, and no input is lost."""

import json
import os
import subprocess
import sys
from itertools import product
from pathlib import Path

import pytest
from click.testing import CliRunner
from sampling import sample, thorough

import symbolic.__main__ as process
from symbolic.cli import main
from symbolic.pages.files import folder_name, unfinished
from symbolic.terminal import ACTING, LONGEST, visible

GPT = {"model_type": "gpt2", "vocab_size": 100, "n_layers": 2, "emb_dim": 8, "n_heads": 2, "context_length": 10}
ACTING_NAME = "\x1b[31m\x1b]52;c;cm0=\x07\u202e\x9bz"
SHELL = [sys.executable, "-m", "symbolic"]


def config(folder: Path, name: str = "config.json", **more: object) -> Path:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps({**GPT, **more}), encoding="utf-8")
    return file


def test_a_name_that_acts_on_a_terminal_is_shown_as_it_is_written(tmp_path: Path) -> None:
    file = config(tmp_path, f"m{ACTING_NAME.replace('/', '')}.json", **{ACTING_NAME: 1})
    formats = "text,markdown,html,json,latex"
    written = CliRunner().invoke(main, ["explain", str(file), "--format", formats, "--output", str(tmp_path / "o")])
    assert written.exit_code == 0, written.output
    shown = [written.output, *(path.read_text(encoding="utf-8") for path in (tmp_path / "o").rglob("*.*"))]
    commands = [["count", str(file)], ["count", "--json", str(file)], ["sweep", str(file), "--vary", "n_layers=1:3"]]
    commands += [[name, f"{file}.absent"] for name in ("count", "proofread", "explain")]
    shown += [CliRunner().invoke(main, command).output for command in commands]
    assert len(shown) == 12
    assert [text[:80] for text in shown if ACTING.search(text)] == []
    assert all("\\u001b[31m" in text for text in shown if "ignored" in text)


@pytest.mark.parametrize(
    "sign", ["\x00", "\x1b", "\r", "\x7f", "\x9b", "\u200f", "\u2028", "\u2066", "\udc80", "\U000e0041"]
)
def test_a_sign_that_acts_is_the_same_sign_in_json(sign: str) -> None:
    assert visible("a\tb\n") == "a\tb\n"
    assert json.loads(f'"{visible(sign)}"') == sign


@pytest.mark.parametrize(
    ("shell", "unbuffered"), sample(list(product(["<&-", ">&-", ">/dev/full", "2>&- <&-"], ["", "1"])), 3)
)
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
def test_a_stream_that_is_closed_or_full_is_one_line(shell: str, unbuffered: str) -> None:
    command = f"'{sys.executable}' -m symbolic count - {shell}"
    given = json.dumps(GPT)
    done = subprocess.run(
        command,
        shell=True,
        check=False,
        input=given,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": unbuffered},
    )
    assert done.returncode == 2, done.stdout
    assert len(done.stderr.splitlines()) == ("2>&-" not in shell)


def test_no_sign_that_acts_is_one_that_python_prints() -> None:
    """So a text of printable signs needs no look at each."""
    found = ACTING.findall("".join(map(chr, range(0x110000))))
    assert len(found) > 2000
    assert not [sign for sign in found if sign.isprintable()]
    assert [sign for sign in found if visible(f"a{sign}") == f"a{sign}"] == []


@thorough
def test_signs_that_an_old_terminal_has_not_are_escaped() -> None:
    done = subprocess.run(
        [*SHELL, "explain", "gpt2-124m", "--format", "text", "--output", "-"],
        capture_output=True,
        env={**os.environ, "PYTHONIOENCODING": "cp1252"},
        check=True,
    )
    assert b"\\u2248" in done.stdout


@pytest.mark.parametrize("command", [["count"], ["proofread"], ["handout", "gpt2-124m", "--students"]])
def test_pipes_and_devices_are_not_read(command: list[str], tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.csv")
    for path in (tmp_path / "pipe.csv", Path("/dev/zero"), Path("/dev/stdin")):
        done = CliRunner().invoke(main, [*command, str(path)])
        assert done.exit_code == 2
        assert "is not a regular file" in done.output


@pytest.mark.parametrize(
    ("command", "ending"),
    [
        (["explain", "gpt2-124m"], "html"),
        (["proofread", "notes.md"], "txt"),
        (["sweep", "gpt2-124m", "--vary", "n_layers=1:9", "--csv"], "csv"),
        (["table", "gpt2-124m"], "csv"),
    ],
)
@pytest.mark.parametrize("name", ["pipe", "link"])
def test_no_file_takes_the_place_of_a_pipe_or_a_device(
    command: list[str], ending: str, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("notes.md").write_text("2 × 3 = 6", encoding="utf-8")
    os.mkfifo(f"pipe.{ending}")
    Path(f"link.{ending}").symlink_to(f"pipe.{ending}")
    done = CliRunner().invoke(main, [*command, "--output", f"{name}.{ending}"])
    assert done.exit_code == 2
    assert "it is a device or a pipe; choose a file, or - to print" in done.output
    assert Path(f"pipe.{ending}").is_fifo()
    assert Path(f"link.{ending}").is_symlink()


@pytest.mark.parametrize(("command", "most"), [("count", 10_000_000), ("proofread", 20_000_000)])
def test_too_much_on_standard_input_is_refused_and_nothing_dropped(command: str, most: int) -> None:
    done = CliRunner().invoke(main, [command, "-"], input=b"x" * (most + 1))
    assert done.exit_code == 2
    assert f"has at most {most:,}" in done.output


def test_a_mark_of_byte_order_is_read_over_wherever_it_comes_from(tmp_path: Path) -> None:
    data = b"\xef\xbb\xbf" + json.dumps(GPT).encode()
    (tmp_path / "a.json").write_bytes(data)
    results = [
        CliRunner().invoke(main, ["count", "-"], input=data),
        CliRunner().invoke(main, ["count", str(tmp_path / "a.json")]),
    ]
    assert [result.exit_code for result in results] == [0, 0]


def test_no_page_is_written_over_what_it_was_made_from(tmp_path: Path) -> None:
    document = tmp_path / "doc.md"
    document.write_text("2 + 2 = 5\n")
    link = tmp_path / "link.md"
    link.symlink_to(document)
    model = config(tmp_path, "parameters/parameters.json")
    for command in (
        ["proofread", str(document), "--output", str(document)],
        ["proofread", str(document), "--output", str(link)],
        ["explain", str(model), "--format", "json", "--output", str(tmp_path)],
    ):
        done = CliRunner().invoke(main, command)
        assert done.exit_code == 2
        assert "is what was read" in done.output
    assert document.read_text() == "2 + 2 = 5\n"
    assert json.loads(model.read_text()) == GPT


@pytest.mark.parametrize(
    "command", [["count"], *([name, "--format", "text", "--output", "OUT"] for name in ("explain", "compare"))]
)
def test_a_bad_config_among_good_ones_is_told_and_the_others_are_done(command: list[str], tmp_path: Path) -> None:
    command = [str(tmp_path) if word == "OUT" else word for word in command]
    done = CliRunner().invoke(main, [*command, "gpt2-124m", "absent.json", str(config(tmp_path, "small.json"))])
    assert done.exit_code == 2
    assert "no file absent.json" in done.stderr
    pages = 1 if command[0] == "compare" else 2
    assert "124,412,160" in done.stdout or len(done.stdout.splitlines()) == pages


def test_a_comparison_with_one_that_can_be_read_is_none(tmp_path: Path) -> None:
    for names in (["absent.json", "gpt2-124m"], ["absent.json", "none.json", "gpt2-124m"]):
        done = CliRunner().invoke(main, ["compare", *names, "--output", str(tmp_path)])
        assert done.exit_code == 2
        assert not done.stdout
        assert "no file absent.json" in done.stderr


def test_a_link_to_a_file_leads_to_what_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "doc.md").write_text("2 + 2 = 4\n")
    (tmp_path / "report.txt").write_text("old")
    (tmp_path / "link.txt").symlink_to(tmp_path / "report.txt")
    CliRunner().invoke(main, ["proofread", str(tmp_path / "doc.md"), "--output", str(tmp_path / "link.txt")])
    assert (tmp_path / "link.txt").is_symlink()
    assert "doc.md" in (tmp_path / "report.txt").read_text()


def test_what_a_killed_run_left_is_swept_by_the_next(tmp_path: Path) -> None:
    folder = tmp_path / "gpt2-124m"
    folder.mkdir()
    dead = folder / unfinished("parameters.txt").replace(str(os.getpid()), "4000000")
    live = folder / unfinished("parameters.txt")
    for file in (dead, live):
        file.write_text("half")
    CliRunner().invoke(main, ["explain", "gpt2-124m", "--format", "text", "--output", str(tmp_path)])
    assert {path.name for path in folder.iterdir()} == {"parameters.txt", live.name}


@pytest.mark.parametrize(
    ("model", "folder"),
    [
        ("CON", "model-CON"),
        ("nul.txt", "model-nul.txt"),
        ("com1", "model-com1"),
        ("..", "model"),
        ("console", "console"),
    ],
)
def test_a_folder_has_a_name_that_every_system_takes(model: str, folder: str) -> None:
    assert folder_name(model, set()) == folder


def test_names_that_differ_in_capital_letters_only_get_folders_apart() -> None:
    taken: set[str] = set()
    assert [folder_name(name, taken) for name in ("GPT", "gpt")] == ["GPT", "gpt-2"]


def test_a_long_message_is_cut() -> None:
    done = CliRunner().invoke(main, ["count", "a/" * 5000])
    assert done.exit_code == 2
    assert len(done.output) <= LONGEST + len("Error: \n")


def _stopped(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


def test_ctrl_c_has_an_exit_code_of_its_own(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("symbolic.api.count", _stopped)
    made = CliRunner().invoke(main, ["count", "gpt2-124m"])
    assert (made.exit_code, made.stderr) == (130, "\nStopped.\n")
    monkeypatch.setattr("symbolic.cli.main", _stopped)
    with pytest.raises(SystemExit) as end:
        process.main()
    assert (end.value.code, capsys.readouterr().err) == (130, "\nStopped.\n")
