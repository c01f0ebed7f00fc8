"""A handout's key needs its secret, its folder loses nothing of anybody's, and no two forms are taken for one."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from handout_forms import form, settings
from sampling import thorough

from symbolic.cli import main
from symbolic.handouts import exports, fingerprints, seeds
from symbolic.handouts.answers import Item, NumberAnswer
from symbolic.handouts.making import make_form
from symbolic.handouts.seeds import Seed
from symbolic.handouts.variants import form_id
from symbolic.spreadsheets import safe_cell


def handout(folder: Path, *more: str, model: str = "gpt2-124m") -> Result:
    return CliRunner().invoke(main, ["handout", model, "--format", "csv", "--output", str(folder), *more])


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_secret_is_drawn_once_kept_with_the_keys_and_nowhere_else(tmp_path: Path) -> None:
    for name, formats in (("one", "all"), ("two", "csv")):
        assert handout(tmp_path / name, "--format", formats).exit_code == 0
    found = {name: seeds.read(tmp_path / name / seeds.FILE) for name in ("one", "two")}
    assert found["one"] != found["two"]
    assert all(len(seed.text) * 4 >= 128 and seed.secret for seed in found.values())
    secret = found["one"].text.encode()
    assert [path for path, data in files(tmp_path / "one").items() if secret in data] == [seeds.FILE]


@thorough
def test_the_same_secret_makes_the_same_forms_byte_for_byte(tmp_path: Path) -> None:
    handout(tmp_path / "one", "--variants", "2")
    first = files(tmp_path / "one")
    assert handout(tmp_path / "one", "--variants", "2").exit_code == 0
    assert files(tmp_path / "one") == first
    handout(tmp_path / "two", "--variants", "2", "--seed-file", str(tmp_path / "one" / seeds.FILE))
    assert files(tmp_path / "two") == first


def test_neither_index_nor_mark_tells_a_total_or_the_secret(tmp_path: Path) -> None:
    handout(tmp_path / "o", "--variants", "3")
    assert not [word for word in (tmp_path / "o" / "index.md").read_text().split() if word.count(",") >= 2]
    assert not (tmp_path / "o" / "handout.json").exists()


@pytest.mark.parametrize("text", ["", "# only a note\n", "1\n", "short seed\n", "a" * 32 + "\n" + "b" * 32])
def test_a_file_without_a_seed_is_refused(text: str, tmp_path: Path) -> None:
    (tmp_path / "seed.txt").write_text(text)
    done = handout(tmp_path / "o", "--seed-file", str(tmp_path / "seed.txt"))
    assert done.exit_code == 2
    assert "holds no seed" in done.output


def test_a_sheet_without_checks_holds_no_fingerprint() -> None:
    from dataclasses import replace

    bare = make_form(replace(settings(), check=False), "1")
    for name in ("html", "notebook"):
        for path, content in exports.of_form(name, bare):
            if path.startswith("sheets/"):
                assert "fingerprint(" not in str(content) or '"answers": {}' in str(content)
                assert not [
                    one
                    for item in bare.items
                    for one in fingerprints.fingerprints(bare.id, item)
                    if one in str(content)
                ]


@pytest.mark.usefixtures("all_rounds")
def test_a_short_answer_takes_more_work_for_each_trial() -> None:
    def rounds(value: int) -> int:
        return fingerprints.rounds(Item("1", "", NumberAnswer(value), ()))

    assert rounds(1234) == rounds(1_234_567) == fingerprints.MOST
    assert fingerprints.LEAST < rounds(123_456_789) < fingerprints.MOST
    # Of more than ten digits four and a power of ten are enough, so these are all that must be tried.
    assert rounds(12_345_678_901) == rounds(123_456_789_012) == fingerprints.MOST
    assert all(rounds(10**digits) * 10 ** (digits + 1) >= 2**41 for digits in range(6, 10))


def test_two_forms_never_have_one_id() -> None:
    first = form_id("7", "Ada")
    assert form_id("7", "Ada", taken={first}) == form_id("7", "Ada", taken={first})[:9] != first
    found: set[str] = set()
    for who in map(str, range(20_000)):
        found.add(form_id("7", who, taken=found))
    assert len(found) == 20_000


def test_the_secret_keys_the_hash() -> None:
    assert seeds.digest("a", "b", "c") != seeds.digest("a", "b\0c") or seeds.digest("a\0b", "c") != seeds.digest(
        "a", "b\0c"
    )
    assert seeds.drawn() != seeds.drawn()
    assert Seed("x" * 32, secret=True).says.startswith("secret-")


# The folder.


def test_what_a_teacher_put_or_changed_there_stays_and_is_named(tmp_path: Path) -> None:
    handout(tmp_path, "--seed", "7", "--format", "csv,markdown")
    (tmp_path / "keys" / "grades.xlsx").write_bytes(b"grades")
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "thesis.tex").write_text("years of work")
    changed = next((tmp_path / "sheets").glob("*.md"))
    changed.write_text("in other words")
    again = handout(tmp_path, "--seed", "7", "--format", "csv,markdown")
    assert again.exit_code == 0
    assert f"are not ours: sheets/{changed.name}" in again.stderr
    assert changed.read_text() == "in other words"
    forced = handout(tmp_path, "--seed", "8", "--force")
    assert forced.exit_code == 0
    kept = files(tmp_path)
    assert kept["keys/grades.xlsx"] == b"grades"
    assert kept["notes/thesis.tex"] == b"years of work"
    assert kept[f"sheets/{changed.name}"] == b"in other words"
    assert len([path for path in kept if path.startswith("sheets/")]) == 1


@pytest.mark.parametrize(
    "mark", ["{}", '{"seed": "1"}', "[" * 100_000, '{"files": {"../x": "1"}, "settings": 1', "\x00"]
)
@pytest.mark.parametrize("force", [(), ("--force",)])
def test_a_folder_with_somebody_s_handout_json_is_not_touched(
    mark: str, force: tuple[str, ...], tmp_path: Path
) -> None:
    (tmp_path / "o" / "keys").mkdir(parents=True)
    for name in ("handout.json", "keys/handout.json"):
        (tmp_path / "o" / name).write_text(mark)
    done = handout(tmp_path / "o", *force)
    assert done.exit_code == 2
    assert "no handout wrote" in done.output
    assert (tmp_path / "o" / "handout.json").read_text() == mark


def test_a_mark_that_points_outside_removes_nothing_there(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("mine")
    handout(tmp_path / "o", "--seed", "7")
    mark = tmp_path / "o" / "keys" / "handout.json"
    data = json.loads(mark.read_text())
    data["files"] |= {"../x": "0", str(tmp_path / "x"): "0", "keys/../../x": "0"}
    mark.write_text(json.dumps(data))
    assert handout(tmp_path / "o", "--seed", "8", "--force").exit_code == 0
    assert (tmp_path / "x").read_text() == "mine"


def test_a_link_to_a_folder_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    assert handout(tmp_path / "link", "--seed", "7").exit_code == 0
    assert handout(tmp_path / "link", "--seed", "8", "--force").exit_code == 0
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real" / "keys" / "key.csv").exists()


def test_a_list_of_files_that_can_t_be_read_is_one_line(tmp_path: Path) -> None:
    handout(tmp_path / "o", "--seed", "7")
    listed = tmp_path / "o" / "keys" / "handout.json"
    listed.unlink()
    listed.mkdir()
    done = handout(tmp_path / "o", "--seed", "7", "--force")
    assert done.exit_code == 2
    assert len(done.output.strip().splitlines()) == 1


GPT = {"vocab_size": 100, "n_layers": 2, "emb_dim": 8, "n_heads": 2, "context_length": 10}


# Names.


@pytest.mark.parametrize("sign", "=+-@＝＋－＠")
@pytest.mark.parametrize("before", ["", ";", " ", "\t", "|", "a;", "a; "])
def test_no_name_is_a_formula_in_any_cell(sign: str, before: str) -> None:
    cells = safe_cell(f"{before}{sign}1+1").replace("|", ";").replace("\t", ";").split(";")
    assert not [cell for cell in cells if cell.strip()[:1] and cell.strip()[0] in "=+-@＝＋－＠"]


def test_a_name_of_a_person_stays_as_it_is() -> None:
    for name in ("Ada Lovelace", "Jean-Luc O'Neil", "Müller; Anna", "a@b.c", "李"):
        assert safe_cell(name) == name


def test_a_notebook_s_head_has_no_markup_of_a_student_s() -> None:
    made = form(student="<script>alert(1)</script> ![x](http://e.org)", who="<script>")
    for path, content in exports.of_form("notebook", made):
        head = "".join(json.loads(str(content))["cells"][0]["source"])
        assert "<script" not in head, path
        assert "![x](" not in head


@pytest.mark.parametrize("name", ["https://e.org/x", "www.e.org", "a@e.org"])
def test_an_address_in_a_model_s_name_is_no_link(name: str) -> None:
    import symbolic

    page = symbolic.explain(symbolic.load(dict(GPT), name=name)).to_markdown()
    assert name not in page.split("\n", 1)[0]
    assert name in page.split("\n", 1)[0].replace("&#58;", ":").replace("&#46;", ".").replace("&#64;", "@")


@pytest.mark.parametrize(
    "command",
    [
        ["solve", "gpt2-124m", "--for", "emb_dim", "--total", "1"],
        pytest.param(["solve", "BIG", "--for", "emb_dim", "--total", "1e20"], marks=thorough),
        ["compare", "BIG", "gpt2-124m"],
        ["handout", "ONES", "--format", "csv"],
        pytest.param(
            ["handout", "gemma-3-1b", "--quantity", "arithmetic-intensity", "--variants", "3", "--format", "csv"],
            marks=thorough,
        ),
    ],
    ids=lambda command: " ".join(command[:2]),
)
def test_what_once_never_ended_or_was_a_fault_is_a_page(command: list[str], tmp_path: Path) -> None:
    sizes = {"BIG": 10**997, "ONES": 1}
    for name, size in sizes.items():
        config = dict.fromkeys(("vocab_size", "context_length", "emb_dim", "n_layers"), size) | {"n_heads": 1}
        (tmp_path / f"{name}.json").write_text(json.dumps({**config, "qkv_bias": False}))
    given = [str(tmp_path / f"{word}.json") if word in sizes else word for word in command]
    done = CliRunner().invoke(main, [*given, "--output", str(tmp_path / "o")])
    assert done.exit_code in (0, 2), done.output
