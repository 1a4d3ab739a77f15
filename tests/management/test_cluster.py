"""What the sentinel does when one of its children dies."""

import os
from multiprocessing import Process
from types import SimpleNamespace
from typing import NoReturn, cast

import pytest
from django_q import cluster

from monitor.queue import Sentinel


class Ended(Exception):
    """The sentinel's process ended with this code."""


def a_child(exitcode: int | None) -> Process:
    """What the sentinel looks at: how the child ended, None while it lives."""
    return cast("Process", SimpleNamespace(exitcode=exitcode))


@pytest.fixture
def replaced(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """The children that django-q replaced by itself."""
    children: list[object] = []
    monkeypatch.setattr(cluster.Sentinel, "reincarnate", lambda self, process: children.append(process))

    def leave(code: int) -> NoReturn:
        raise Ended(code)

    monkeypatch.setattr(os, "_exit", leave)
    return children


@pytest.mark.parametrize("exitcode", [None, 0, 1])
def test_it_replaces_a_child_that_left_by_itself_or_took_too_long(
    replaced: list[object], exitcode: int | None
) -> None:
    child = a_child(exitcode)
    Sentinel.__new__(Sentinel).reincarnate(child)
    assert replaced == [child]


def test_it_ends_the_cluster_when_a_child_was_killed(replaced: list[object]) -> None:
    with pytest.raises(Ended, match="1"):
        Sentinel.__new__(Sentinel).reincarnate(a_child(-9))
    assert replaced == []
