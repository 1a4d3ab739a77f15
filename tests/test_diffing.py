"""What changed between answers: examples of each rule, and properties over arbitrary answers."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from monitor.diffing import Answer, Change, Seen, absence, best_of, diff, is_suspect, n_moved, runs_of_text

START = datetime(2026, 9, 1, tzinfo=UTC)


def seen(item: int, match: int, rank: int) -> Seen:
    return Seen(item=item, match=match, rank=rank)


def answers(*held: set[int] | dict[int, int], days: float = 3.5, depth: int = 0) -> list[Answer]:
    """Answers, newest first, `days` apart; a set stands for ranks in order."""
    ranks = [h if isinstance(h, dict) else {m: n for n, m in enumerate(sorted(h), 1)} for h in held]
    newest = START + timedelta(days=days * len(ranks))
    return [
        Answer(at=newest - timedelta(days=days * age), ranks=row, depth=depth)
        for age, row in enumerate(ranks)
    ]


def by_match(changes: list[Change]) -> dict[int, str]:
    return {change.match: change.kind for change in changes}


def test_it_names_each_kind_of_change() -> None:
    before = [seen(1, 10, 1), seen(2, 20, 2), seen(3, 30, 3), seen(4, 40, 4)]
    after = [seen(1, 10, 1), seen(3, 30, 2), seen(9, 40, 4), seen(5, 50, 5)]
    assert by_match(diff(before, after)) == {10: "same", 20: "gone", 30: "moved", 40: "edited", 50: "new"}


def test_it_counts_ranks_gained_upwards() -> None:
    (change,) = diff([seen(1, 10, 11)], [seen(1, 10, 4)])
    assert (change.kind, change.up) == ("moved", 7)


def test_it_does_not_call_a_new_order_of_known_items_an_edit() -> None:
    before = [seen(1, 10, 1), seen(2, 10, 5)]
    after = [seen(2, 10, 1), seen(1, 10, 5)]
    assert by_match(diff(before, after)) == {10: "same"}


def test_it_orders_by_the_later_rank_with_gone_ones_at_their_old_place() -> None:
    before = [seen(1, 10, 1), seen(2, 20, 2), seen(3, 30, 3)]
    after = [seen(3, 30, 1), seen(1, 10, 3)]
    assert [change.match for change in diff(before, after)] == [30, 20, 10]


def test_a_single_miss_is_not_gone() -> None:
    gap = absence(1, answers({2}, {1, 2}))
    assert gap is not None
    assert (gap.misses, gap.needed, gap.is_gone) == (1, 2, False)


def test_two_misses_48_hours_apart_are_gone_since_the_first() -> None:
    rows = answers({2}, {2}, {1, 2})
    gap = absence(1, rows)
    assert gap is not None
    assert gap.is_gone
    assert gap.since == rows[1].at


def test_many_misses_within_48_hours_are_not_gone_yet() -> None:
    gap = absence(1, answers({2}, {2}, {2}, {2}, {1, 2}, days=0.5))
    assert gap is not None
    assert (gap.misses, gap.is_gone) == (4, False)


def test_below_the_depth_of_a_full_list_takes_eight_misses() -> None:
    full = {match: match for match in range(100, 0, -1)}
    with_it_low = {**{match: match for match in range(1, 100)}, 500: 95}
    seven = answers(*[full] * 7, with_it_low, depth=100)
    eight = answers(*[full] * 8, with_it_low, depth=100)
    assert [absence(500, rows).is_gone for rows in (seven, eight) if absence(500, rows)] == [False, True]  # type: ignore[union-attr]  # filtered


def test_high_in_a_full_list_takes_two_misses() -> None:
    full = {match: match for match in range(100, 0, -1)}
    with_it_high = {**{match: match for match in range(1, 100)}, 500: 40}
    gap = absence(500, answers(full, full, with_it_high, depth=100))
    assert gap is not None
    assert gap.is_gone


def test_a_present_match_has_no_absence() -> None:
    assert absence(1, answers({1}, {2}, {2})) is None


def test_a_thin_answer_is_suspect_beside_the_median_of_five() -> None:
    assert is_suspect(0, [60])
    assert is_suspect(29, [60, 60, 60, 2, 60])
    assert not is_suspect(30, [60, 60, 60, 2, 60])
    assert not is_suspect(0, [])
    assert not is_suspect(0, [0, 0, 0])


def test_titles_differ_by_words() -> None:
    assert runs_of_text("Ceramic mug from a studio", "Ceramic mug now $19") == [
        ("same", "Ceramic mug"),
        ("del", "from a studio"),
        ("ins", "now $19"),
    ]


lists = st.lists(
    st.tuples(st.integers(1, 40), st.integers(1, 15)), max_size=30, unique_by=lambda p: p[0]
).map(lambda pairs: [seen(item, match, rank) for rank, (item, match) in enumerate(pairs, 1)])


@given(lists, lists)
def test_every_match_is_in_the_diff_once(before: list[Seen], after: list[Seen]) -> None:
    changes = diff(before, after)
    assert sorted(c.match for c in changes) == sorted({s.match for s in [*before, *after]})


@given(lists, lists)
def test_a_diff_turned_round_swaps_new_and_gone(before: list[Seen], after: list[Seen]) -> None:
    forth, back = by_match(diff(before, after)), by_match(diff(after, before))
    swap = {"new": "gone", "gone": "new"}
    presence = {match: kind for match, kind in forth.items() if kind in swap}
    assert {match: swap[kind] for match, kind in presence.items()} == {
        match: kind for match, kind in back.items() if kind in swap
    }


@given(lists)
def test_nothing_changes_beside_itself(items: list[Seen]) -> None:
    assert {change.kind for change in diff(items, items)} <= {"same"}


@given(lists, lists)
def test_moves_can_be_counted_without_the_diff(before: list[Seen], after: list[Seen]) -> None:
    assert n_moved(before, after) == sum(change.kind == "moved" for change in diff(before, after))


@given(lists)
def test_the_best_item_of_a_match_is_its_first(items: list[Seen]) -> None:
    for match, best in best_of(items).items():
        assert best.rank == min(s.rank for s in items if s.match == match)


@given(st.lists(st.sets(st.integers(1, 6)), min_size=1, max_size=12), st.integers(1, 6))
def test_misses_are_counted_back_to_the_last_sight(held: list[set[int]], match: int) -> None:
    gap = absence(match, answers(*held))
    expected = next((n for n, row in enumerate(held) if match in row), len(held))
    assert (gap.misses if gap else 0) == expected


@given(st.text(max_size=40), st.text(max_size=40))
def test_the_runs_of_two_titles_give_both_back(before: str, after: str) -> None:
    runs = runs_of_text(before, after)
    old = " ".join(text for kind, text in runs if kind != "ins")
    new = " ".join(text for kind, text in runs if kind != "del")
    assert (old, new) == (" ".join(before.split()), " ".join(after.split()))
