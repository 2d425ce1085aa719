"""What `make mutants` says of the share of the rules' mutants that the tests kill."""

import pytest

from scripts.mutants import Mutant, complaints, mutants, pattern, sampled, scores, sources

RESULTS = """
    virtubar.auth.keys.x_read__mutmut_1: killed
    virtubar.auth.keys.x_read__mutmut_2: survived
    virtubar.room.chat.xǁChatǁsay__mutmut_1: timeout
    virtubar.room.chat.xǁChatǁsay__mutmut_2: not checked
    virtubar.room.seats.x_free__mutmut_1: no tests
""".splitlines()


def _tried(killed: int, survived: int) -> list[Mutant]:
    return [Mutant(f"virtubar.auth.keys.x_read__mutmut_{i}", "killed") for i in range(killed)] + [
        Mutant(f"virtubar.auth.keys.x_check__mutmut_{i}", "survived") for i in range(survived)
    ]


@pytest.mark.parametrize(
    "target", ["room/chat", "room/chat.py", "src/virtubar/room/chat.py", "src/virtubar/room/chat"]
)
def test_a_module_is_named_as_people_name_it(target: str) -> None:
    """By its file, within the source or from the repository's root."""
    assert list(map(pattern, sources(target))) == ["virtubar.room.chat.*"]


@pytest.mark.parametrize("target", ["auth", "auth/", "src/virtubar/auth"])
def test_a_package_stands_for_all_its_modules(target: str) -> None:
    """Those of another are not tried."""
    patterns = list(map(pattern, sources(target)))
    assert {"virtubar.auth.keys.*", "virtubar.auth.tokens.*"} < set(patterns)
    assert all(each.startswith("virtubar.auth.") for each in patterns)


@pytest.mark.parametrize("target", ["", "api", "room/no_such_module", "..", "rooms"])
def test_what_holds_no_rules_is_refused(target: str) -> None:
    """A misspelt name would try nothing, and look like success."""
    with pytest.raises(ValueError, match="no package or module of auth, moderation, room"):
        sources(target)


def test_a_sample_is_the_same_every_time_and_so_large_of_each_package() -> None:
    """Its figure can be compared with the one before a change."""
    modules = [*sources("auth/keyring"), *sources("room/seats")]
    drawn = sampled(modules, 5)
    assert drawn == sampled(modules, 5)
    assert len(set(drawn)) == 10
    assert sum(name.startswith("virtubar.room.seats.") for name in drawn) == 5


def test_a_sample_of_more_than_there_are_is_all_of_them() -> None:
    """A small module has fewer mutants than anybody would ask for."""
    (module,) = sources("auth/keyring")
    assert (
        set(sampled([module], 10_000)) == set(sampled([module], 20_000)) > set(sampled([module], 5))
    )


def test_a_mutant_counts_as_killed_where_a_test_fails_or_never_ends() -> None:
    """One that no test reaches counts against the package; one that was not tried, not at all."""
    auth, room = scores(mutants(RESULTS))
    assert (auth.package, auth.share) == ("auth", 0.5)
    assert (room.package, room.share) == ("room", 0.5)
    assert str(room) == "room: 50.0% of 2 killed (1 no tests, 1 timeout)"


def test_a_package_passes_with_eighty_five_of_a_hundred_and_not_with_one_less() -> None:
    """The sentence says which package, how much is missing and where to look."""
    assert complaints(scores(_tried(85, 15))) == []
    (complaint,) = complaints(scores(_tried(84, 16)))
    assert complaint.startswith("auth: 84.0% of the mutants are killed, and 85% must be.")
    assert "mutants/survivors.txt" in complaint
