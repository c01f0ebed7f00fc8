"""Records are the standard library's frozen dataclasses, in all that they are used for."""

import copy
import dataclasses
import pickle
from collections.abc import Callable
from typing import Any

import pytest

from symbolic import records

DECORATORS = [dataclasses.dataclass, records.dataclass]


def made(decorator: Callable[..., Any], slots: bool) -> Any:
    @decorator(frozen=True, slots=slots)
    class Part:
        """A part."""

        key: str
        axes: tuple[int, ...] = ()
        names: list[str] = dataclasses.field(default_factory=list)
        about: str = dataclasses.field(default="", compare=False, repr=False)
        place: int = dataclasses.field(default=0, kw_only=True, compare=False)

        def __post_init__(self) -> None:
            if not self.key:
                raise ValueError("a part has a key")

    return Part


@pytest.mark.parametrize("slots", [True, False])
@pytest.mark.parametrize(
    "use",
    [
        lambda part: repr(part("a", (1, 2), place=3)),
        lambda part: part("a", about="x") == part("a", about="y", place=1),
        lambda part: part("a") == part("b"),
        lambda part: part("a") == "a",
        lambda part: hash(part("a")),
        lambda part: len({part("a", names=()), part("a", names=(), about="x"), part("b", names=())}),
        lambda part: part("a").names is part("a").names,
        lambda part: dataclasses.replace(part("a"), axes=(5,)).axes,
        lambda part: dataclasses.asdict(part("a")),
        lambda part: copy.deepcopy(part("a", (1,))) == part("a", (1,)),
        lambda part: part(""),
        lambda part: part(),
        lambda part: part("a", (), [], "", 1),
        lambda part: setattr(part("a"), "key", "b"),
        lambda part: delattr(part("a"), "key"),
        lambda part: part.__match_args__,
        lambda part: hasattr(part("a"), "__dict__"),
        lambda part: part.__init__.__annotations__["axes"],
    ],
)
def test_a_record_does_what_a_dataclass_does(use: Callable[[Any], object], slots: bool) -> None:
    theirs, ours = (_outcome(use, made(kind, slots)) for kind in DECORATORS)
    assert ours == theirs


def _outcome(use: Callable[[Any], object], part: Any) -> object:
    try:
        return use(part)
    except Exception as problem:
        return type(problem), str(problem).partition(".")[2] if isinstance(problem, TypeError) else str(problem)


@records.dataclass(frozen=True, slots=True)
class Point:
    """A point that another process can be sent."""

    x: int
    y: int = 2


def test_a_record_can_be_pickled() -> None:
    assert pickle.loads(pickle.dumps(Point(1))) == Point(1, 2)


def test_a_record_that_changes_is_refused() -> None:
    with pytest.raises(TypeError, match="frozen"):
        records.dataclass(frozen=False)
