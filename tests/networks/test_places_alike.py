"""How many layers of a list are like one, and how many of them stand before it."""

import pytest

from symbolic.networks.learned.looking_up import Listed, look_up, with_places

LISTS: list[list[object]] = [
    ["mamba", "mamba", "hybrid", "mamba", "hybrid"],
    [0, True, 1, 1.0, None, 0],
    [[1, 2], [3], [1, 2]],
    [],
]


@pytest.mark.parametrize("kinds", LISTS)
@pytest.mark.parametrize("inside", [False, True])
def test_a_list_that_knows_its_places_says_what_a_search_says(kinds: list[object], inside: bool) -> None:
    plain = {"text": {"kinds": kinds}} if inside else {"kinds": kinds}
    name = "text.kinds" if inside else "kinds"
    ready = with_places(plain)
    assert isinstance(look_up(name, ready), Listed)
    for at in range(len(kinds)):
        for function in ("before", "alike"):
            asked = f"{function}({name}[i])"
            expected = sum(one == kinds[at] for one in (kinds[:at] if function == "before" else kinds))
            assert look_up(asked, {**ready, "i": at}) == look_up(asked, {**plain, "i": at}) == expected
