"""The files of a handout: which there are, what a sheet must not tell, and what the folder goes through."""

import csv
import json
import re
import subprocess
import sys
from functools import cache
from io import BytesIO
from itertools import product
from pathlib import Path
from zipfile import ZipFile

import pytest
from click.testing import CliRunner, Result
from handout_forms import described, form
from pypdf import PdfReader
from sampling import sample, thorough

from symbolic.cli import main
from symbolic.handouts import exports
from symbolic.handouts.answers import ChoiceAnswer, NumberAnswer
from symbolic.handouts.fingerprints import accepted, fingerprint, scientific
from symbolic.handouts.form import Form
from symbolic.handouts.making import secrets
from symbolic.handouts.roster import RosterError, read
from symbolic.handouts.sheet import sheet
from symbolic.pages.rendering import as_text

FORMATS = ("csv", "docx", "html", "latex", "markdown", "moodle", "notebook", "pdf", "qti")
MODELS = ["gpt2-124m", "llama-3-8b", "qwen3-30b-a3b"]
FIGURE = re.compile(r"(?<![\w.])\d[\d,_\u202f]*")


def command(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["handout", *arguments])


@cache
def files(model: str, who: str = "1", fade: str = "5") -> dict[str, str | bytes]:
    made = form(model, who, fade)
    return {
        path: content
        for name in exports.names()
        for path, content in (*exports.of_form(name, made), *exports.of_all(name, [made]))
    }


def told(path: str, content: str | bytes) -> str:
    """All that a file says to somebody who looks: its source, or a PDF's text, metadata and alternative text."""
    if path.endswith(".docx"):
        assert isinstance(content, bytes)
        with ZipFile(BytesIO(content)) as parts:
            text = "".join(parts.read(name).decode() for name in ("word/document.xml", "docProps/core.xml"))
            # A document that pandoc makes has no remarks, and its other parts say how it is set.
            assert not [name for name in parts.namelist() if "comments" in name and len(parts.read(name)) > 2000]
        return "\n".join("".join(found) for found in re.findall(r'>([^<]+)<|descr="([^"]*)"', text))
    if isinstance(content, bytes):
        reader = PdfReader(BytesIO(content))
        pages = [page.extract_text() for page in reader.pages]
        metadata = [str(reader.metadata), reader.xmp_metadata.stream.get_data().decode() if reader.xmp_metadata else ""]
        tree = described(reader.root_object["/StructTreeRoot"], set())
        assert any(" equals " in text for text in tree)
        return "\n".join((*pages, *metadata, *tree))
    text = re.sub(r"data:font/woff2;base64,[\w+/=]+", "", content) if path.endswith(".html") else content
    # TeX and Typst put a comma in braces, so that no space follows it.
    return text.replace("{,}", ",")


def test_the_formats_are_all_there() -> None:
    assert exports.names() == FORMATS


@pytest.mark.parametrize(("model", "fade"), sample(list(product(MODELS, ["5", "all"])), 7))
def test_no_sheet_tells_an_answer(model: str, fade: str) -> None:
    made = form(model, "1", fade)
    sheets = {path: content for path, content in files(model, "1", fade).items() if path.startswith("sheets/")}
    assert {path.rpartition(".")[2] for path in sheets} == {"docx", "html", "ipynb", "md", "pdf", "tex"}
    for path, content in sheets.items():
        text = told(path, content)
        figures = {int(re.sub(r"\D", "", figure)) for figure in FIGURE.findall(text)}
        assert not secrets(made.items) & figures, path
        words = [item.shown for item in made.items if not isinstance(item.answer, NumberAnswer) and len(item.shown) > 1]
        assert not [word for word in words if re.search(rf"\b{word}\b", text)], path
        # What explains a wrong answer says that it is wrong.
        whys = [
            why for item in made.items if isinstance(item.answer, ChoiceAnswer) for _, (why) in reasons(item.answer)
        ]
        assert whys
        assert not [why for why in whys if why in text], path


def reasons(choice: ChoiceAnswer) -> list[tuple[str, str]]:
    return [(letter, option.why) for letter, option in choice.lettered if option.why]


@pytest.mark.parametrize("model", sample(MODELS, 3))
def test_a_key_tells_every_answer(model: str) -> None:
    made = form(model)
    for path, content in files(model, "1", "5").items():
        if path.endswith((".pdf", ".html", ".tex", ".md")) and path.startswith("keys/"):
            text = told(path, content)
            assert all(item.shown in text for item in made.items), path


def test_the_csv_has_a_row_for_each_answer_and_its_points_sum_to_those_of_the_form() -> None:
    made = form(student="=1+1")
    [(_, content)] = exports.of_all("csv", [made])
    rows = list(csv.DictReader(str(content).splitlines()))
    exact = [row for row in rows if " " not in row["answer"]]
    assert [row["question"] for row in exact] == [item.id for item in made.items]
    assert [row["answer"] for row in exact] == [item.shown.replace(",", "") for item in made.items]
    assert sum(int(row["points"]) for row in rows) == made.points
    assert sum(int(row["points"]) for row in rows if row not in exact) == made.by_hand
    assert not [row for row in rows if not row["answer"] or "`" in row["answer"]]
    assert {row["student"] for row in rows} == {"'=1+1"}
    assert {row["form"] for row in rows} == {made.id}


def test_a_fingerprint_holds_no_digit_and_depends_on_all_it_is_of() -> None:
    cases = product(("A", "B"), ("1", "2"), ("12", "13"))
    prints = {fingerprint(salt, blank, given, 5) for salt, blank, given in cases}
    assert len(prints) == 8
    assert all(re.fullmatch("[a-p]{64}", one) for one in prints)


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (1_769_472, "1769e3"),
        (1_769_500, "1770e3"),
        (99_999_999, "1000e5"),
        (874_944_921_600, "8749e8"),
        (12345, "1235e1"),
        (10**30, "1000e27"),
    ],
)
def test_a_long_number_may_be_given_in_four_digits(value: int, written: str) -> None:
    assert scientific(value) == written


def test_only_a_number_beyond_a_calculator_may_be_rounded() -> None:
    def forms(value: int) -> tuple[str, ...]:
        from symbolic.handouts.answers import Item

        return accepted(Item("1", "", NumberAnswer(value), ()))

    assert forms(10**10 - 1) == ("9999999999",)
    assert forms(10**10) == ("10000000000", "1000e7")


def test_the_folder_has_sheets_keys_and_an_index(tmp_path: Path) -> None:
    target = tmp_path / "out"
    done = command(
        "gpt2-124m", "--fade", "5", "--variants", "2", "--seed", "7", "--format", "all", "--output", str(target)
    )
    assert done.exit_code == 0, done.output
    made = {str(path.relative_to(target)) for path in target.rglob("*") if path.is_file()}
    stems = {Path(name).stem for name in made if name.startswith("sheets/")}
    assert len(stems) == 2
    per_form = {
        f"{part}/{stem}.{end}"
        for part in ("sheets", "keys")
        for stem in stems
        for end in ["pdf", "html", "tex", "md", "ipynb"]
    }
    whole = {"keys/key.csv", "keys/moodle.xml", "keys/qti-1.2-canvas.zip", "keys/qti-2.1.zip"}
    assert made == per_form | whole | {"index.md", "index.html", "keys/handout.json"}
    index = (target / "index.md").read_text()
    assert all(stem in index for stem in stems)
    assert sorted(done.output.split()) == sorted(str(target / name) for name in made - {"keys/handout.json"})


@thorough
def test_the_same_command_makes_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        done = command("gpt2-124m", "--seed", "7", "--format", "all", "--output", str(tmp_path / name))
        assert done.exit_code == 0, done.output
    one, two = (
        {
            path.relative_to(tmp_path / name): path.read_bytes()
            for path in (tmp_path / name).rglob("*")
            if path.is_file()
        }
        for name in ("one", "two")
    )
    assert one == two
    assert len(one) > 10


def snapshot(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_folder_of_another_seed_is_kept_unless_forced(tmp_path: Path) -> None:
    arguments = ("gpt2-124m", "--format", "csv", "--output", str(tmp_path / "out"))
    assert command(*arguments, "--seed", "7").exit_code == 0
    before = snapshot(tmp_path)
    refused = command(*arguments, "--seed", "8")
    assert refused.exit_code == 2
    assert "holds forms with seed '7', not '8'" in refused.output
    assert "--force" in refused.output
    assert snapshot(tmp_path) == before
    assert command(*arguments, "--seed", "8", "--force").exit_code == 0
    assert snapshot(tmp_path) != before


def test_another_format_of_the_same_forms_joins_them(tmp_path: Path) -> None:
    arguments = ("gpt2-124m", "--seed", "7", "--output", str(tmp_path / "out"))
    assert command(*arguments, "--format", "csv").exit_code == 0
    assert command(*arguments, "--format", "markdown").exit_code == 0
    assert {"keys/key.csv", "index.md"} < set(snapshot(tmp_path / "out"))


def test_a_folder_that_no_handout_wrote_is_never_touched(tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("years of work")
    done = command("gpt2-124m", "--output", str(tmp_path), "--force", "--format", "csv")
    assert done.exit_code == 2
    assert "holds files that no handout wrote" in done.output
    assert snapshot(tmp_path) == {"thesis.tex": b"years of work"}


def test_a_failure_on_the_way_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(exports, "of_all", fail)
    done = command("gpt2-124m", "--format", "csv", "--output", str(tmp_path / "out"))
    assert done.exit_code == 2
    assert "No space left on device" in done.output
    assert list(tmp_path.iterdir()) == []


ROSTER = "id,name\n1,Ada Lovelace\n2,Grace Hopper\n"


@pytest.mark.parametrize(
    "text",
    [
        ROSTER,
        "Ada Lovelace\nGrace Hopper\n",
        "\ufeffstudent;group\nAda Lovelace;a\n\nGrace Hopper;b\n",
        'name\n"Lovelace, Ada"\nGrace\n',
        "name\tid\nAda Lovelace\t1\nGrace Hopper\t2\n",
        'name\n"Ada\nLovelace"\nGrace Hopper\n',
        "email,full_name\r\na@b,Ada Lovelace\r\nc@d,Ada Lovelace\r\n",
        "First name,Last name,ID number,Email address\nAda,Lovelace,0014,a@b\nAda,Lovelace,0015,c@d\n",
        "First name,Last name,ID number,Email address\nAda,Lovelace,,a@b\nAda,Lovelace,,c@d\n",
        "Nachname;Vorname;Matrikelnummer\nLovelace;Ada;0014\nHopper;Grace;0015\n",
        "Name,Vorname\nLovelace,Ada\nHopper,Grace\n",
        "Last name,First name\nLovelace,Ada\nHopper,Grace\n",
        'Student,ID,SIS Login ID\n    Points Possible,,\n"Lovelace, Ada",1,al\n"Hopper, Grace",2,gh\n',
        "name|id\nAda Lovelace|0014\nAda Lovelace|0015\n",
    ],
)
def test_a_roster_is_read(text: str, tmp_path: Path) -> None:
    (tmp_path / "class.csv").write_text(text, encoding="utf-8")
    students = read(tmp_path / "class.csv")
    assert len(students) == 2
    assert students[0][1] in ("Ada Lovelace", "Lovelace, Ada")
    if "0014" in text:
        assert [key for key, _name in students] == ["0014", "0015"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"", "the roster is empty"),
        (b"\n \n", "the roster is empty"),
        (b"student\n", "a header and no student"),
        (b"a,b\n1,2\n", "line 1: no column called student or name"),
        (b"id,name\n1,Ada\n2\n", "line 3: no name of a student"),
        (b"id,name\n1,Ada\n2, \n", "line 3: no name of a student"),
        ("name\nJos\u00e9\nJose\u0301\n".encode(), "line 3: 'Jos\u00e9' stands in line 2 already"),
        (b"name\nAda\nGrace\nAda\n", "line 4: 'Ada' stands in line 2 already"),
        (b'name\n"Ada\n', "line 2: "),
        (b"name,id\nAda,1\nGrace,\n", "line 3: no id of 'Grace'; give one in column 2"),
        (b"Ada|1\nGrace|2\n", "line 1: no column called student or name"),
        (b"name\n\xff\xfe\n", "not UTF-8 at byte 5"),
    ],
)
def test_a_roster_that_is_none_names_the_line(text: bytes, message: str, tmp_path: Path) -> None:
    (tmp_path / "class.csv").write_bytes(text)
    with pytest.raises(RosterError, match=re.escape(message)):
        read(tmp_path / "class.csv")
    done = command("gpt2-124m", "--students", str(tmp_path / "class.csv"), "--output", str(tmp_path / "out"))
    assert done.exit_code == 2
    assert len(done.output.strip().splitlines()) == 1
    assert not (tmp_path / "out").exists()


def test_each_student_gets_a_form_of_his_own_and_keeps_it(tmp_path: Path) -> None:
    (tmp_path / "class.csv").write_text(ROSTER)
    (tmp_path / "later.csv").write_text("id,name\n2,Grace Hopper\n3,Katherine Johnson\n")
    rows = {}
    for name in ("class", "later"):
        arguments = ("--students", str(tmp_path / f"{name}.csv"), "--seed", "7", "--format", "csv,markdown")
        assert command("gpt2-124m", *arguments, "--output", str(tmp_path / name)).exit_code == 0
        rows[name] = list(csv.DictReader((tmp_path / name / "keys" / "key.csv").read_text().splitlines()))
    grace = [[row for row in rows[name] if row["student"] == "Grace Hopper"] for name in ("class", "later")]
    assert grace[0] == grace[1] != []
    assert len({row["form"] for row in rows["class"]}) == 2
    assert any("for Ada Lovelace" in path.read_text() for path in (tmp_path / "class" / "sheets").iterdir())


HOSTILE = '<b>& "q" $x$ `t` _e_ *s* {1:NUMERICAL:=1} ]]> #set \\input{x} 中文 \u202e'


def test_a_strangers_name_is_only_a_name(tmp_path: Path) -> None:
    (tmp_path / "class.csv").write_text("name\n" + '"' + HOSTILE.replace('"', '""') + '"\n', encoding="utf-8")
    done = command(
        "gpt2-124m", "--students", str(tmp_path / "class.csv"), "--format", "all", "--output", str(tmp_path / "o")
    )
    assert done.exit_code == 0, done.output
    [page] = (tmp_path / "o" / "sheets").glob("*.html")
    assert "&lt;b&gt;&amp;" in page.read_text(encoding="utf-8")
    assert "<b>&" not in page.read_text(encoding="utf-8")
    [notebook] = (tmp_path / "o" / "sheets").glob("*.ipynb")
    assert json.loads(notebook.read_text(encoding="utf-8"))["nbformat"] == 4


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("gpt2-124m", "--fade", "50"), "14 steps can be blank here at most"),
        (("gpt2-124m", "--fade", "nope"), "no step 'nope'"),
        (("gpt2-124m", "--questions", "essay"), "no kind of question 'essay'"),
        (("gpt2-124m", "--format", "odt"), "no format of handouts 'odt'"),
        (("gpt2-124m", "--format", ","), "names no format"),
        (("gpt2-124m", "--quantity", "love"), "no quantity 'love'"),
        (("gpt2-124m", "--variants", "2", "--students", "x.csv"), "give one of them"),
        (("gpt2-124m", "--students", "absent.csv"), "can't read absent.csv"),
        (("gpt2-124m", "--variants", "0"), "--variants must be at least 1"),
        (("gpt2-124m", "--language", "tlh"), "'tlh' is not"),
        (("gpt2-9000b",), "gpt2-9000b"),
    ],
)
def test_what_can_not_be_is_a_line_that_says_so(arguments: tuple[str, ...], message: str, tmp_path: Path) -> None:
    done = command(*arguments, "--output", str(tmp_path / "out"))
    assert done.exit_code == 2
    assert message in done.output
    assert "Traceback" not in done.output
    assert list(tmp_path.iterdir()) == []


@thorough
def test_a_number_on_the_sheet_is_never_in_the_terminal(tmp_path: Path) -> None:
    arguments = [
        sys.executable,
        "-m",
        "symbolic",
        "handout",
        "gpt2-124m",
        "--format",
        "csv",
        "--output",
        str(tmp_path / "o"),
    ]
    done = subprocess.run(arguments, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    assert done.stdout.splitlines() == [
        str(tmp_path / "o" / name) for name in ("keys/key.csv", "index.html", "index.md")
    ]


def test_forms_are_points_and_items_that_agree() -> None:
    made: Form = form()
    # Five sentences and a formula are marked by a person.
    # Working out another model gives three points, a budget two, and each part of the mistake two.
    assert made.points - made.by_hand - 2 - 1 - 2 == len(made.items) == 16
    assert made.by_hand == 6
    assert str(made.points) in as_text.render_page(sheet(made))


@thorough
def test_many_pdfs_are_the_same_as_few(tmp_path: Path) -> None:
    """The second process makes the bytes that this one makes."""
    for name, count in (("few", "1"), ("many", "6")):
        done = command(
            "gpt2-124m", "--variants", count, "--seed", "7", "--format", "pdf", "--output", str(tmp_path / name)
        )
        assert done.exit_code == 0, done.output
    few, many = snapshot(tmp_path / "few"), snapshot(tmp_path / "many")
    shared = {path for path in few if path.endswith(".pdf")}
    assert len(shared) == 2
    assert all(few[path] == many[path] for path in shared)
    assert sum(content.startswith(b"%PDF") for content in many.values()) == 12
