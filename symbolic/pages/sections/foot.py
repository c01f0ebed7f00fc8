"""What stands at the foot of a page: its sources, and how it was checked."""

from __future__ import annotations

from symbolic.configs import models
from symbolic.formulas.figures import grouped
from symbolic.measuring import checks, known_figures
from symbolic.measuring.derivation import Derivation
from symbolic.pages.cited import cited, joined
from symbolic.pages.page import Items, Paragraph, Section
from symbolic.pages.prose import Markup, Prose, plain


def checked(derivation: Derivation, prose: Prose, printed: int) -> Section:
    """Return the section that says what was checked: at the foot, since a reader comes for the count."""
    checks.closed_form(derivation)
    checks.equations(derivation)
    done = [prose("check_lines", count=printed), prose("check_closed")]
    if (verified := models.verified(derivation.model)) is not None:
        done.append(prose("check_verified", tensors=grouped(verified.tensors), code=joined(verified.code)))
    done += [prose("check_published", name=entry.name) for entry in checks.published(derivation)]
    # Reading back takes a third of the time that a page takes: it is done where it is asked for, and in the tests.
    if derivation.read_back:
        done.append(prose("check_read_back"))
    elif _is_tested(derivation):
        done.append(prose("check_tests"))
    says = prose("checked", checks=Markup("; ".join(done)), partial=bool(derivation.model.parts_left_out))
    return Section("checked", prose("checked_title"), (Paragraph(says, tone="checked", fixed=True),))


def _is_tested(derivation: Derivation) -> bool:
    """Return whether the tests read such a page: each quantity of each bundled model, by default inputs."""
    return (
        derivation.convention == derivation.quantity.default
        and not derivation.inputs.given
        and not derivation.quantity.chosen
        and models.is_bundled(derivation.model)
    )


def sources(derivation: Derivation, prose: Prose) -> Section:
    """Return the section of sources: of the config, the family, the quantity and the published counts."""
    model = derivation.model
    items = [("", prose("sources_config", source=joined(model.source)))] if model.source else []
    about = [one for one in derivation.quantity.sources if one.on is None or one.on(model.network)]
    # How a program counts is of use where the page has its count.
    shown = {one.convention.name for one in known_figures.beside(derivation)} if any(one.of for one in about) else set()
    about = [one for one in about if not one.of or one.of in shown]
    sources = (*model.architecture.sources, *about)
    items += [("", cited(source)) for source in sources]
    figures = figures_cited(derivation)
    items += [("", f"[{number}] {plain(joined(source))}") for number, source in enumerate(figures, 1)]
    if model.training is not None and derivation.inputs.published and model.training.source not in figures:
        items.append(("", plain(joined(model.training.source))))
    return Section("sources", prose("sources_title"), (Items(tuple(items)),))


def figures_cited(derivation: Derivation) -> tuple[str, ...]:
    """Return the sources of published figures, each once, in the order in which a page numbers them."""
    return tuple(dict.fromkeys(entry.source for entry in known_figures.published(derivation)))
