"""What learning platforms import: valid against their schemas, and graded as each of them grades."""

import re
from collections.abc import Iterator
from contextlib import redirect_stdout
from dataclasses import replace
from functools import cache
from io import BytesIO, StringIO
from pathlib import Path
from zipfile import ZipFile

import html5lib
import nbformat
import pytest
from handout_forms import form
from lxml import etree
from nbclient import NotebookClient
from sampling import EVERYTHING

from symbolic.handouts import exports
from symbolic.handouts.answers import LONG, ChoiceAnswer, LettersAnswer, NumberAnswer, Proof
from symbolic.handouts.exports.moodle import handout_files as moodle
from symbolic.handouts.exports.qti import handout_files as qti
from symbolic.handouts.fading import MIXED
from symbolic.handouts.form import Form
from symbolic.handouts.plain_html import plain_html, plain_words
from symbolic.handouts.tasks import tasks
from symbolic.language import translate

DATA = Path(__file__).parents[1] / "data"
MODELS = ["gpt2-124m", "llama-3-8b", "qwen3-30b-a3b", "t5-small"]
QTI2 = "{http://www.imsglobal.org/xsd/imsqti_v2p1}"
QTI1 = "{http://www.imsglobal.org/xsd/ims_qtiasiv1p2}"
HOSTILE = "A <b>&\"' ]]> {1:NUMERICAL:=1} $course$/x \x07 中"


def valid(xml: str, schema: str) -> etree._Element:
    tree = etree.fromstring(xml.encode())
    dtd = etree.DTD(str(DATA / schema))
    assert dtd.validate(tree), dtd.error_log.filter_from_errors()
    return tree


@cache
def long_form() -> Form:
    """A form one of whose blanks is beyond what floating point tells apart."""
    made = form()
    [first, *others] = made.blanks
    [proof] = first.proofs
    big = replace(first, answer=NumberAnswer(10**20 + 1), proofs=(Proof(proof.formula, proof.sizes, 10**20 + 1),))
    return replace(made, blanks=(big, *others))


@pytest.fixture(params=[*MODELS, "hostile"], scope="module")
def made(request: pytest.FixtureRequest) -> Form:
    return form(student=HOSTILE, who=HOSTILE) if request.param == "hostile" else form(request.param)


def test_moodle_s_file_is_valid(made: Form) -> None:
    [(_, xml)] = moodle([made])
    quiz = valid(str(xml), "moodle.dtd")
    kinds = [question.get("type") for question in quiz]
    assert kinds[0] == "category"
    assert kinds.count("cloze") == 2
    assert {"numerical", "shortanswer", "multichoice", "essay"} < set(kinds)
    assert len(quiz) == 1 + len(tasks(made))
    for text in quiz.iterfind("question/questiontext/text"):
        html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parseFragment(text.text)


def test_moodle_grades_each_answer_right(made: Form) -> None:
    [(_, xml)] = moodle([made])
    quiz = etree.fromstring(str(xml).encode())
    for task, question in zip(tasks(made), quiz[1:], strict=True):
        if not task.items:
            assert question.findtext("graderinfo/text")
            continue
        if question.get("type") == "cloze":
            text = str(question.findtext("questiontext/text"))
            found = re.findall(r"\{\d:(NUMERICAL|SHORTANSWER|MULTICHOICE_V):=([^:}]+)(?::(\d+))?\}", text)
            assert [right for _, right, _ in found] == [item.shown.replace(",", "") for item in task.items]
            assert {tolerance for kind, _, tolerance in found if kind == "NUMERICAL"} == {"0"}
            continue
        [item] = task.items
        right = [answer for answer in question.iterfind("answer") if answer.get("fraction") == "100"]
        if isinstance(item.answer, LettersAnswer):
            # Letters of a set are right in every order.
            assert [answer.findtext("text") for answer in right] == list(item.answer.spellings)
            continue
        assert len(right) == 1
        if isinstance(item.answer, ChoiceAnswer):
            assert len(question.findall("answer")) == len(item.answer.options)
            wrong = [answer for answer in question.iterfind("answer") if answer.get("fraction") == "0"]
            assert all(answer.findtext("feedback/text") for answer in wrong)
        else:
            assert right[0].findtext("text") == item.shown.replace(",", "")


def moodle_points(question: etree._Element) -> int:
    """The points of a question as Moodle has them: those of a cloze are its blanks'."""
    weights = re.findall(r"\{(\d+):[A-Z_]+:", str(question.findtext("questiontext/text")))
    return sum(map(int, weights)) if question.get("type") == "cloze" else int(str(question.findtext("defaultgrade")))


def test_all_platforms_give_the_points_of_the_sheet(made: Form) -> None:
    [(_, xml)] = moodle([made])
    questions = etree.fromstring(str(xml).encode())[1:]
    canvas = etree.fromstring(archives(made)["keys/qti-1.2-canvas.zip"].read(f"{made.id}/{made.id}.xml"))
    fields = canvas.iterfind(f".//{QTI1}qtimetadatafield")
    canvas_points = [int(f[1].text or "") for f in fields if f[0].text == "points_possible"]
    newer = archives(made)["keys/qti-2.1.zip"]
    items = [etree.fromstring(newer.read(f"{made.id}/item_{task.id}.xml")) for task in tasks(made)]
    declared = [one for item in items for one in item.iter(f"{QTI2}outcomeDeclaration")]
    newer_points = [int(str(one[0][0].text)) for one in declared if one.get("identifier") == "MAXSCORE"]
    points = [task.points for task in tasks(made)]
    assert list(map(moodle_points, questions)) == canvas_points == newer_points == points
    assert sum(points) == made.points
    essays = [question for question in questions if question.get("type") == "essay"]
    assert sum(map(moodle_points, essays)) == made.by_hand


def test_each_question_of_a_file_has_a_field(made: Form) -> None:
    [(_, xml)] = moodle([made])
    for task, question in zip(tasks(made), etree.fromstring(str(xml).encode())[1:], strict=True):
        asked = re.findall(r"\((\d+b)\)", str(question.findtext("questiontext/text")))
        assert not asked or not task.items or task.items[-1].id in asked
        assert ("5b" in asked) == (task.id == "sentences")


def test_letters_written_apart_are_right_and_a_scale_keeps_its_order() -> None:
    made = form()
    [(_, xml)] = moodle([made])
    quiz = etree.fromstring(str(xml).encode())
    [order] = [one for one in made.questions if one.kind == "order"]
    [item] = order.items
    letters = item.shown
    accepted = {str(answer.findtext("text")) for answer in quiz.iterfind("question[@type='shortanswer']/answer")}
    assert {", ".join(letters), "-".join(letters), " < ".join(letters), letters} <= accepted
    assert not {letters[::-1], ", ".join(letters[::-1])} & accepted
    shuffled = {
        str(question.findtext("name/text")).split(": ")[1]: question.findtext("shuffleanswers")
        for question in quiz.iterfind("question[@type='multichoice']")
    }
    assert shuffled["Estimate"] == shuffled["Twice as large"] == "false"
    assert shuffled["Another model"] == "true"


def test_a_blank_product_has_its_sentence_where_no_hint_can_be_asked_for() -> None:
    made = form("gpt2-124m", fade=MIXED)
    [blank] = [one for one in made.faded.lines if made.blank_id(one) == "1a"]
    example = next(task for task in tasks(made) if task.id == "example")
    shown = plain_html(example.parts, made.derivation.sizes)
    assert plain_words(translate(blank.step.about)) in shown
    assert "factors" in shown


def test_a_number_that_moodle_would_round_has_a_tolerance() -> None:
    [(_, xml)] = moodle([long_form()])
    assert f"{{1:NUMERICAL:={10**20 + 1}:{10**20 // 2000}}}" in str(xml)
    assert "1.769e12" in str(xml)
    assert LONG < 10**20 + 1
    # What four digits round to is within it.
    assert abs(10**20 - (10**20 + 1)) <= 10**20 // 2000


def test_no_number_of_a_file_is_a_float(made: Form) -> None:
    answers = {item.shown.replace(",", "") for item in made.items if isinstance(item.answer, NumberAnswer)}
    [(_, xml)] = moodle([made])
    for answer in answers:
        assert not re.search(rf"\b{answer}\.\d", str(xml))
    assert not re.search(r"\d[eE]\+\d", str(xml))


def archives(made: Form) -> dict[str, ZipFile]:
    return {path: ZipFile(BytesIO(content)) for path, content in qti([made]) if isinstance(content, bytes)}


def test_canvas_s_file_is_valid_and_grades_each_answer_right(made: Form) -> None:
    archive = archives(made)["keys/qti-1.2-canvas.zip"]
    manifest = valid(archive.read("imsmanifest.xml").decode(), "imscp_v1p1.dtd")
    listed = {file.get("href") for file in manifest.iter("{*}file")}
    assert listed == set(archive.namelist()) - {"imsmanifest.xml"}
    tree = valid(archive.read(f"{made.id}/{made.id}.xml").decode(), "qtiasiv1p2.dtd")
    items = list(tree.iter(f"{QTI1}item"))
    assert len(items) == len(tasks(made))
    for task, item in zip(tasks(made), items, strict=True):
        if not task.items:
            fields = [field.findtext(f"{QTI1}fieldentry") for field in item.iter(f"{QTI1}qtimetadatafield")]
            assert "essay_question" in fields
            assert len(list(item.iter(f"{QTI1}response_str"))) == 1
            continue
        idents = [label.get("ident") for label in item.iter(f"{QTI1}response_label")]
        assert len(idents) == len(set(idents))
        for answers in (answered(task.items, grouped=False), answered(task.items, grouped=True)):
            assert canvas_score(item, answers) == 100
        right = answered(task.items, grouped=False)
        assert canvas_score(item, {**right, task.items[0].id: "nonsense"}) < 100
        # Canvas looks for blanks in square brackets: there are no others.
        text = str(item.findtext(f"{QTI1}presentation/{QTI1}material/{QTI1}mattext"))
        brackets = re.findall(r"\[[^\]]*\]", text)
        several = len(task.items) > 1 or task.id == "example"
        assert brackets == ([f"[blank{one.id}]" for one in task.items] if several else [])


def answered(items: tuple, *, grouped: bool) -> dict[str, str]:  # type: ignore[type-arg]
    """What a student types or chooses who has all right; a choice as its letter behind =."""
    return {
        item.id: f"={item.shown}"
        if isinstance(item.answer, ChoiceAnswer)
        else item.shown
        if grouped
        else item.shown.replace(",", "")
        for item in items
    }


def canvas_score(item: etree._Element, answers: dict[str, str]) -> int:
    """The score in per cent, as the response processing of QTI 1.2 works."""
    given: dict[str, str] = {}
    for blank, typed in answers.items():
        for name in (f"blank{blank}", f"response_blank{blank}"):
            labels = {
                label.findtext(f"{QTI1}material/{QTI1}mattext"): str(label.get("ident"))
                for response in item.iter(f"{QTI1}response_lid")
                if response.get("ident") == name
                for label in response.iter(f"{QTI1}response_label")
            }
            given[name] = f"blank{blank}_{typed[1:]}" if typed.startswith("=") else labels.get(typed, typed)
    score = 0
    for condition in item.iter(f"{QTI1}respcondition"):
        equal = condition.find(f"{QTI1}conditionvar/{QTI1}varequal")
        holds = equal is None or given.get(str(equal.get("respident")), "").lower() == str(equal.text).lower()
        if not holds:
            continue
        for change in condition.iter(f"{QTI1}setvar"):
            points = round(100 * float(str(change.text)))
            score = points if change.get("action") == "Set" else score + points
        if condition.get("continue", "No") == "No":
            break
    return score // 100


def test_qti_2_1_is_valid_and_grades_each_answer_right(made: Form) -> None:
    archive = archives(made)["keys/qti-2.1.zip"]
    manifest = valid(archive.read("imsmanifest.xml").decode(), "imscp_v1p1.dtd")
    listed = {file.get("href") for file in manifest.iter("{*}file")}
    assert listed == set(archive.namelist()) - {"imsmanifest.xml"}
    test = valid(archive.read(f"{made.id}/test.xml").decode(), "imsqti_v2p1.dtd")
    refs = [str(ref.get("href")) for ref in test.iter(f"{QTI2}assessmentItemRef")]
    for task, href in zip(tasks(made), refs, strict=True):
        item = valid(archive.read(f"{made.id}/{href}").decode(), "imsqti_v2p1.dtd")
        if not task.items:
            assert [one.get("view") for one in item.iter(f"{QTI2}rubricBlock")] == ["scorer"]
            continue
        asked = {str(one.get("responseIdentifier")) for one in interactions(item)}
        mapped = {str(one.get("identifier")) for one in item.iter(f"{QTI2}mapResponse")}
        declared = {str(one.get("identifier")) for one in item.iter(f"{QTI2}responseDeclaration")}
        assert asked == mapped == declared == {f"blank{one.id}" for one in task.items}
        reached = 0
        for one in task.items:
            [declaration] = [
                d for d in item.iter(f"{QTI2}responseDeclaration") if d.get("identifier") == f"blank{one.id}"
            ]
            keys = {e.get("mapKey"): int(str(e.get("mappedValue"))) for e in declaration.iter(f"{QTI2}mapEntry")}
            right = f"blank{one.id}_{one.shown}" if isinstance(one.answer, ChoiceAnswer) else one.shown
            assert keys.keys() >= {right, right.replace(",", "")}
            assert declaration.findtext(f"{QTI2}correctResponse/{QTI2}value") in keys
            reached += keys[right]
        assert reached == task.points


def interactions(item: etree._Element) -> Iterator[etree._Element]:
    yield from item.iter(f"{QTI2}textEntryInteraction", f"{QTI2}choiceInteraction")


def notebooks(made: Form) -> dict[str, nbformat.NotebookNode]:
    return {path: nbformat.reads(str(text), as_version=4) for path, text in exports.of_form("notebook", made)}


def printed(book: nbformat.NotebookNode) -> list[str]:
    """What the cells print: with everything, in a kernel of Jupyter's; else here, which takes no second to start."""
    cells = [cell for cell in book.cells if cell.cell_type == "code"]
    if EVERYTHING:
        NotebookClient(book, timeout=120, kernel_name="python3").execute()
        texts = ["".join(output.get("text", "") for output in cell.outputs) for cell in cells]
    else:
        names: dict[str, object] = {"__name__": "__main__"}
        texts = [output_of(cell.source, names) for cell in cells]
    return [text.strip() for text in texts if text]


def output_of(code: str, names: dict[str, object]) -> str:
    with redirect_stdout(StringIO()) as output:
        exec(compile(code, "a cell", "exec"), names)
    return output.getvalue()


def test_a_notebook_is_valid_and_says_what_is_right() -> None:
    made = form()
    books = notebooks(made)
    student, teacher = books[f"sheets/{made.stem}.ipynb"], books[f"keys/{made.stem}.ipynb"]
    for book in (student, teacher):
        nbformat.validate(book)
    assert len(teacher.cells) == len(student.cells)
    wrong, mixed = (nbformat.from_dict(student) for _ in range(2))
    assert printed(student) == ["no answer yet"] * len(made.items)
    assert printed(teacher) == ["right"] * len(made.items)
    fill(wrong, lambda item: "1" if isinstance(item.answer, NumberAnswer) else "'ZZ'", made)
    assert printed(wrong) == ["not yet"] * len(made.items)
    fill(
        mixed,
        lambda item: repr(item.shown) if isinstance(item.answer, NumberAnswer) else repr(item.shown.lower()),
        made,
    )
    assert printed(mixed) == ["right"] * len(made.items)


def fill(book: nbformat.NotebookNode, answer: object, made: Form) -> None:
    assert callable(answer)
    for item in made.items:
        for cell in book.cells:
            if cell.cell_type == "code" and f"answer_{item.id} = " in cell.source:
                cell.source = re.sub(rf"answer_{item.id} = .*", f"answer_{item.id} = {answer(item)}", cell.source)


def test_a_teacher_s_notebook_asserts_the_exact_values() -> None:
    made = form()
    text = "\n".join(cell.source for cell in notebooks(made)[f"keys/{made.stem}.ipynb"].cells)
    for item in made.items:
        if isinstance(item.answer, NumberAnswer):
            assert re.search(rf"assert answer_{item.id} == {item.answer.value}(?: or carried\(.*\))?\n### END", text)
