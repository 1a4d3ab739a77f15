"""Shared limits hold over machines: what several grant together never passes the one rate."""

import threading
from time import monotonic

import pytest
from django.db import connection

from monitor.models import Provider, RateBucket
from monitor.pipeline.engines import Account, limits

GOOGLE = Account(provider=Provider.DATAFORSEO, is_simulated=False)
YANDEX = Account(provider=Provider.YANDEX, is_simulated=False)


@pytest.mark.django_db
def test_a_burst_is_granted_and_then_nothing() -> None:
    granted = [limits.take("x", per_minute=60, burst=3) for _ in range(5)]
    assert granted == [True, True, True, False, False]


@pytest.mark.django_db
def test_several_are_granted_together_or_not_at_all() -> None:
    assert limits.take("x", per_minute=60, burst=5, n=4)
    assert not limits.take("x", per_minute=60, burst=5, n=2)
    assert limits.take("x", per_minute=60, burst=5, n=1)
    assert not limits.take("y", per_minute=60, burst=5, n=6)


@pytest.mark.django_db
def test_calls_are_granted_as_far_as_they_go() -> None:
    per_minute, burst = limits.CALLS[Provider.DATAFORSEO]
    assert limits.take_calls(GOOGLE, burst - 10) == burst - 10
    assert 0 < limits.take_calls(GOOGLE, 40) <= 10 + per_minute / 60
    assert limits.take_calls(YANDEX, 3) == 3


@pytest.mark.django_db
def test_a_pause_holds_for_everybody() -> None:
    limits.pause(GOOGLE, 30)
    assert limits.take_calls(GOOGLE) == 0
    limits.pause(GOOGLE, 1)  # a shorter one does not end a longer one
    assert limits.take_calls(GOOGLE) == 0
    assert limits.take_calls(YANDEX) == 1


@pytest.mark.django_db
def test_the_lists_have_limits_of_their_own() -> None:
    assert [limits.take_ready(GOOGLE) for _ in range(2)] == [True, False]
    assert [limits.take_list(GOOGLE) for _ in range(5)] == [True] * 4 + [False]
    assert [limits.take_errors(GOOGLE) for _ in range(5)] == [True] * 4 + [False]
    assert [limits.take_status(GOOGLE) for _ in range(2)] == [True, False]
    assert [limits.take_resend(GOOGLE) for _ in range(2)] == [True, False]
    assert limits.take_calls(GOOGLE) == 1


@pytest.mark.django_db(transaction=True)
def test_four_machines_share_one_limit() -> None:
    """Each with its own connection, all asking as fast as they can."""
    per_minute, burst, seconds = 1_200.0, 10, 1.0
    granted: list[int] = []
    started = monotonic()

    def ask() -> None:
        n = 0
        while monotonic() < started + seconds:
            n += limits.take("shared", per_minute=per_minute, burst=burst)
        granted.append(n)
        connection.close()

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    elapsed = monotonic() - started
    assert RateBucket.objects.count() == 1
    assert burst < sum(granted) <= burst + elapsed * per_minute / 60 + 1
