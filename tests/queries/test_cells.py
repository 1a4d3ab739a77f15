"""The cells of the swim-lane: each state, told from answers alone."""

from datetime import UTC, datetime, timedelta

from monitor.queries.cells import Cell, Story, Sweep, together

START = datetime(2026, 9, 7, 5, tzinfo=UTC)
GOOGLE, YANDEX = 1, 2


def at(run: int) -> datetime:
    return START + timedelta(days=4 * run)


def google(run: int, ranks: dict[int, int] | None, *, depth: int = 100) -> Sweep:
    """A search on Google; None when it did not end complete."""
    whole = ranks is not None
    return Sweep(
        target=GOOGLE, engine="google", is_complete=whole, ranks=ranks or {}, at=at(run), depth=depth
    )


def yandex(run: int, ranks: dict[int, int] | None) -> Sweep:
    return Sweep(target=YANDEX, engine="yandex", is_complete=ranks is not None, ranks=ranks or {}, at=at(run))


def on_google(*answers: dict[int, int] | None, depth: int = 100) -> Story:
    return Story([[google(run, ranks, depth=depth)] for run, ranks in enumerate(answers)])


def states(cells: list[Cell]) -> list[str]:
    return [cell.state for cell in cells]


def test_it_is_absent_until_it_is_born() -> None:
    cells = on_google({}, {7: 4}, {7: 2}).cells(7, born_at=at(1))
    assert states(cells) == ["absent", "born", "seen"]
    assert cells[1].ranks == {"google": 4}


def test_what_was_there_from_the_start_is_not_born() -> None:
    assert states(on_google({7: 4}, {7: 4}).cells(7, born_at=None)) == ["seen", "seen"]


def test_a_first_miss_is_counted() -> None:
    cell = on_google({7: 4}, {8: 1}).cells(7, born_at=None)[1]
    assert (cell.state, cell.misses, cell.needed) == ("missing", 1, 2)


def test_the_second_miss_is_gone_and_then_nothing_more_is_said() -> None:
    cells = on_google({7: 4}, {}, {}, {}, {}).cells(7, born_at=None)
    assert states(cells) == ["seen", "missing", "gone", "absent", "absent"]


def test_two_misses_within_48_hours_are_not_enough() -> None:
    soon = [Sweep(target=1, engine="google", is_complete=True, ranks={}, at=START + timedelta(hours=h))
            for h in (1, 2)]  # fmt: skip
    cells = Story([[google(0, {7: 4})], [soon[0]], [soon[1]]]).cells(7, born_at=None)
    assert states(cells) == ["seen", "missing", "missing"]
    assert (cells[2].misses, cells[2].needed) == (2, 2)


def test_near_the_end_of_a_full_list_it_takes_eight() -> None:
    full = {match: match for match in range(1, 11)}
    lower = {match + 20: match for match in range(1, 11)}
    cells = on_google(full, *[lower] * 8, depth=10).cells(9, born_at=None)
    assert [(cell.misses, cell.needed) for cell in cells[1:8]] == [(n, 8) for n in range(1, 8)]
    assert cells[8].state == "gone"


def test_seen_again_after_gone_is_returned() -> None:
    cells = on_google({7: 4}, {}, {}, {7: 9}, {7: 9}).cells(7, born_at=None)
    assert states(cells) == ["seen", "missing", "gone", "returned", "seen"]


def test_seen_again_after_one_miss_is_just_seen() -> None:
    assert states(on_google({7: 4}, {}, {7: 4}).cells(7, born_at=None)) == ["seen", "missing", "seen"]


def test_a_search_that_did_not_end_is_unknown_and_no_miss() -> None:
    cells = on_google({7: 4}, None, {}, {}).cells(7, born_at=None)
    assert states(cells) == ["seen", "unknown", "missing", "gone"]


def test_unknown_is_drawn_before_it_was_born_too() -> None:
    assert states(on_google(None, {7: 1}).cells(7, born_at=at(1))) == ["unknown", "born"]


def test_what_a_cut_short_search_holds_is_seen() -> None:
    partial = Sweep(target=1, engine="google", is_complete=False, ranks={7: 3}, at=at(1))
    assert states(Story([[google(0, {7: 4})], [partial]]).cells(7, born_at=None)) == ["seen", "seen"]


def test_both_engines_give_their_ranks() -> None:
    story = Story([[google(0, {7: 4}), yandex(0, {7: 9})]])
    assert story.cells(7, born_at=None)[0].ranks == {"google": 4, "yandex": 9}


def test_two_markets_of_an_engine_give_the_better_rank() -> None:
    other = Sweep(target=3, engine="google", is_complete=True, ranks={7: 2}, at=at(0))
    assert Story([[google(0, {7: 4}), other]]).cells(7, born_at=None)[0].ranks == {"google": 2}


def test_an_engine_that_never_saw_it_has_no_say() -> None:
    story = Story([[google(0, {7: 4}), yandex(0, {})], [google(1, {}), yandex(1, None)]])
    assert states(story.cells(7, born_at=None)) == ["seen", "missing"]


def test_it_is_gone_only_when_gone_on_each_engine_that_saw_it() -> None:
    both = [google(0, {7: 4}), yandex(0, {7: 9})]
    story = Story([both, *([google(n, {}), yandex(n, {7: 9} if n < 3 else {})] for n in range(1, 5))])
    assert states(story.cells(7, born_at=None)) == ["seen", "seen", "seen", "missing", "gone"]


def test_one_engine_that_did_not_end_leaves_it_open() -> None:
    story = Story([[google(0, {7: 4}), yandex(0, {7: 9})], [google(1, {}), yandex(1, None)]])
    assert states(story.cells(7, born_at=None)) == ["seen", "unknown"]


def test_a_run_that_did_not_ask_says_nothing() -> None:
    assert states(Story([[google(0, {7: 4})], []]).cells(7, born_at=None)) == ["seen", "absent"]


def test_a_domain_shows_the_best_of_its_pages() -> None:
    cells = [Cell(state="seen", ranks={"google": 9, "yandex": 3}), Cell(state="born", ranks={"google": 4})]
    merged = together(cells, may_be_born=False)
    assert (merged.state, merged.ranks) == ("seen", {"google": 4, "yandex": 3})
    assert together(cells, may_be_born=True).state == "born"


def test_a_domain_is_missing_before_it_is_gone() -> None:
    near, far = Cell(state="missing", misses=1, needed=2), Cell(state="missing", misses=3, needed=8)
    assert together([Cell(state="gone"), far, near], may_be_born=False) == near
    assert together([Cell(state="gone"), Cell(state="absent")], may_be_born=False).state == "gone"
    assert together([Cell(state="unknown"), near], may_be_born=False).state == "unknown"
    assert together([Cell(state="absent")], may_be_born=False).state == "absent"
    assert together([Cell(state="returned", ranks={"google": 1})], may_be_born=True).state == "returned"
