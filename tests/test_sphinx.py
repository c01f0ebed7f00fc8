"""Documentation whose figures are derived when it is built; this project's own is built so, without a warning."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from sampling import thorough

import symbolic

pytest.importorskip("sphinx", reason="Sphinx is in the extra [docs]")
pytest.importorskip("myst_parser", reason="MyST is in the extra [docs]")
TINY = {"vocab_size": 100, "context_length": 8, "emb_dim": 4, "n_heads": 2, "n_layers": 3}
CONF = 'extensions = ["myst_parser", "symbolic.sphinx_ext"]\nproject = "test"\n'


def built(source: Path, to: Path, builder: str = "html") -> tuple[int, str]:
    command = [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", "-b", builder, str(source), str(to)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    return run.returncode, run.stderr


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "conf.py").write_text(CONF)
    (tmp_path / "tiny.json").write_text(json.dumps(TINY))
    return tmp_path


@thorough
def test_a_page_follows_its_config_in_each_kind_of_output(project: Path) -> None:
    figures_in_words = "{derived}`tiny.json`, {derived}`tiny.json kv-cache context=64`"
    (project / "index.md").write_text(f"# Ours\n\n{figures_in_words}\n\n```{{derivation}} tiny.json\n:whole:\n```\n")
    for layers in (3, 5):
        (project / "tiny.json").write_text(json.dumps({**TINY, "n_layers": layers}))
        model = symbolic.load(str(project / "tiny.json"))
        figures = [f"{symbolic.count(model)['trainable']:,}"]
        figures.append(f"{symbolic.explain(model, 'kv-cache', inputs={'context': 64}).total:,}")
        for builder, file in (("html", "index.html"), ("latex", "test.tex"), ("text", "index.txt")):
            assert built(project, project / "out" / builder, builder) == (0, "")
            made = (project / "out" / builder / file).read_text().replace("{,}", ",")
            assert all(figure in made for figure in figures), (builder, layers)


@thorough
@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{derived}`gpt2-9000m`", "no model"),
        ("{derived}`gpt2-124m kv-cache parameters`", "of one quantity"),
        ("{derived}`tiny.json kv-cache contex=3`", "no input"),
        ("```{derivation} tiny.json\n:quantity: love\n```", "no quantity"),
        ("```{derivation} absent.json\n```", "no file absent.json"),
    ],
)
def test_a_figure_that_can_not_be_derived_stops_the_build(project: Path, text: str, says: str) -> None:
    (project / "index.md").write_text(f"# Ours\n\n{text}\n")
    code, said = built(project, project / "out")
    assert code
    assert says in said
    assert "Traceback" not in said


@thorough
def test_our_own_documentation_is_built_without_a_warning(tmp_path: Path) -> None:
    assert built(Path("docs"), tmp_path) == (0, "")
    home = (tmp_path / "index.html").read_text()
    assert f"{symbolic.count(symbolic.load('gpt2-124m'))['trainable']:,}" in home
    for page in (tmp_path / "gallery.html").read_text().split('href="')[1:]:
        target = page.partition('"')[0]
        if target.endswith(".html") and "/" in target and not target.startswith(("http", "_")):
            assert (tmp_path / target).exists(), target
