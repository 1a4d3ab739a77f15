"""The script in force: shares by a die with a seed, bursts, ranges, and what is left after a restart."""

from pathlib import Path
from typing import Any

import pytest

from monitor.simulator.faults import AT_COLLECTING, POST_OF_TASKS
from monitor.simulator.script import Script
from monitor.simulator.state import State


def script_of(*lines: dict[str, Any], state: State | None = None) -> Script:
    script = Script(state or State())
    script.replace(lines)
    return script


def hits(script: Script, number: int, path: str = "/v3/") -> list[bool]:
    return [bool(script.of_call(path, [])) for _ in range(number)]


def test_it_hits_a_share_of_the_calls() -> None:
    found = hits(script_of({"do": "http 503", "share": 0.05}), 4000)
    assert 150 <= sum(found) <= 250
    assert sum(found[:2000]) > 60
    assert sum(found[2000:]) > 60


def test_its_die_falls_the_same_way_for_the_same_seed() -> None:
    line = {"do": "http 503", "share": 0.3}
    script = script_of({"seed": 7}, line)
    first = hits(script, 200)
    script.set_seed(7)
    assert hits(script, 200) == first
    assert hits(script_of({"seed": 8}, line), 200) != first


def test_two_lines_have_dice_of_their_own() -> None:
    script = script_of({"do": "slow 1", "share": 0.5}, {"do": "http 503", "share": 0.5})
    found = [script.of_call("/v3/", []).keys() for _ in range(400)]
    for kinds in (set(), {"slow"}, {"http"}, {"slow", "http"}):
        assert 50 < sum(one == kinds for one in found) < 150


def test_a_hit_may_take_the_next_calls_along() -> None:
    found = hits(script_of({"do": "http 503", "share": 0.05, "burst": 4, "times": 40}), 2000)
    runs = "".join("x" if hit else "." for hit in found)
    assert sum(found) == 40
    assert len([run for run in runs.split(".") if run]) <= 10
    assert all(len(run) % 4 == 0 for run in runs.split("."))


def test_the_first_line_of_a_group_wins_and_the_next_one_waits() -> None:
    script = script_of(
        {"do": "http 503", "times": 2}, {"do": "html", "times": 1}, {"do": "slow 3", "times": 1}
    )
    found = [dict(script.of_call("/v3/", [])) for _ in range(4)]
    assert found == [{"http": 503, "slow": 3}, {"http": 503}, {"html": 0}, {}]


def test_every_task_of_a_call_has_a_chance_of_its_own() -> None:
    script = script_of(
        {"do": "code 40103", "match": {"tag": "t"}, "share": 0.2}, {"do": "lost_webhook", "share": 0.2}
    )
    tags = [f"t{number}" for number in range(1000)]
    found = script.of_tasks(POST_OF_TASKS, tags)
    assert 150 < sum("code" in one for one in found) < 250
    assert 20 < sum(one.keys() == {"code", "lost_webhook"} for one in found) < 65
    assert all("code" not in one for one in script.of_tasks(POST_OF_TASKS, ["x"] * 50))


def test_a_range_is_used_in_all_its_length() -> None:
    script = script_of({"do": "id_list_lag 0-180"})
    lags = [one["id_list_lag"] for one in script.of_tasks("/v3/", [""] * 300)]
    assert 0 <= min(lags) < 20
    assert 160 < max(lags) <= 180
    assert len(set(lags)) > 250


def test_it_counts_whom_it_met_and_hit() -> None:
    script = script_of({"do": "http 503", "match": {"path": "/v3/", "nth": 3}, "times": 2})
    hits(script, 9)
    hits(script, 5, "/v2/")
    assert script.counts() == [
        {"do": "http 503", "match": {"path": "/v3/", "nth": 3}, "times": 2, "met": 9, "hits": 2}
    ]


def test_it_goes_on_where_it_was_after_a_restart(tmp_path: Path) -> None:
    line = {"do": "http 503", "share": 0.3, "burst": 3, "match": {"nth": 5}}
    whole = hits(script_of({"seed": 3}, line), 100)
    state = State(tmp_path / "state.sqlite3")
    found = hits(script_of({"seed": 3}, line, state=state), 37)
    state.close()
    state = State(tmp_path / "state.sqlite3")
    assert found + hits(Script(state), 63) == whole
    state.close()


@pytest.mark.parametrize(
    "line",
    [
        {"do": "http"},
        {"do": "http 5-x"},
        {"do": "lost 3"},
        {"do": "code"},
        {"do": "slow 1-2-3"},
        {"do": "lost", "share": 0},
        {"do": "lost", "share": 1.5},
        {"do": "lost", "share": "half"},
        {"do": "lost", "share": True},
        {"do": "lost", "burst": 0},
        {"seed": "seven"},
        {"seed": 1, "do": "lost"},
    ],
)
def test_it_refuses_a_line_that_means_nothing_and_keeps_the_old_ones(line: dict[str, Any]) -> None:
    script = script_of({"do": "http 503"})
    with pytest.raises(ValueError, match=r".+"):
        script.replace([line])
    assert script.of_call("/v3/", []) == {"http": 503}


def test_codes_are_about_posted_tasks_unless_a_path_is_given() -> None:
    script = script_of({"do": "code 40101"}, {"do": "code 7", "match": {"path": "/v2/"}}, {"do": "thin"})
    assert script.of_tasks(POST_OF_TASKS, ["t1"]) == [{"code": 40101, "thin": 0}]
    assert script.of_tasks("/v3/serp/id_list", [""], AT_COLLECTING) == [{}]
    assert script.of_tasks("/v2/image/search_by_image", [""]) == [{"code": 7, "thin": 0}]
