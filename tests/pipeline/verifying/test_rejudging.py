"""A new method judges stored copies, without fetching and without telling."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from monitor.models import Comparison, Match, Picture, SearchTarget, Untold
from monitor.pipeline.verifying import Pace, looks, rejudging, verdicts
from monitor.verification import METHOD_VERSION
from tests import factories
from tests.pipeline.verifying.web import Web, hurry, look

pytestmark = pytest.mark.django_db

NEXT_VERSION = METHOD_VERSION + 1


@pytest.fixture
def target(db: None) -> SearchTarget:
    return factories.make_target()


@pytest.fixture
def judged(web: Web, target: SearchTarget) -> list[Match]:
    """Two copies by the method of today, one of them of a small copy that is lost now."""
    matches = [factories.make_match(target.watched_image) for _ in range(2)]
    with target.watched_image.file.open("rb") as file:
        content = file.read()
    for number, match in enumerate(matches):
        web.show(match, target, f"https://shop{number}.com/p.jpg", content)
    look()
    web.asked.clear()
    return matches


@pytest.fixture
def improved(judged: list[Match], monkeypatch: pytest.MonkeyPatch) -> None:
    """There is a newer method, which calls every copy modified."""
    for module in (verdicts, rejudging, looks):
        monkeypatch.setattr(module, "METHOD_VERSION", NEXT_VERSION)
    real = looks._as_kept
    monkeypatch.setattr(looks, "_as_kept", lambda verdict: real(verdict)._replace(label="modified"))


def reverify(*args: str) -> list[str]:
    out = StringIO()
    call_command("reverify", *args, stdout=out)
    return out.getvalue().splitlines()


def test_it_judges_stored_copies_without_fetching(web: Web, judged: list[Match], improved: None) -> None:
    run = factories.make_run(judged[0].watched_image.collection)
    Untold.objects.create(match=judged[0], run=run)
    assert reverify() == ["2 of 2 matches judged anew, 2 called something else."]
    assert set(Match.objects.values_list("verdict", "method_version")) == {("modified", NEXT_VERSION)}
    assert Comparison.objects.filter(method_version=METHOD_VERSION).count() == 2
    assert web.asked == []
    assert not Untold.objects.get().is_due


def test_it_goes_on_where_it_was(
    judged: list[Match], improved: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rejudging, "BATCH", 1)
    progress = rejudging.rejudge(None, Pace(at_once=1, share=1.0))
    assert next(progress).judged == 1
    progress.close()  # type: ignore[attr-defined]  # a generator
    assert reverify() == ["1 of 1 matches judged anew, 1 called something else."]
    assert reverify() == ["Everything was judged by the method of today already."]


def test_it_keeps_to_one_workspace(judged: list[Match], improved: None) -> None:
    other = factories.make_workspace()
    assert reverify(f"--workspace={other.pk}") == ["Everything was judged by the method of today already."]
    assert len(reverify(f"--workspace={judged[0].workspace_id}")) == 1
    with pytest.raises(CommandError, match="There is no workspace 0"):
        reverify("--workspace=0")


def test_a_lost_copy_is_fetched_again(web: Web, judged: list[Match], improved: None) -> None:
    Picture.objects.filter(items__match=judged[0]).update(file="pictures/nowhere.jpg", sha256="0" * 64)
    reverify()
    assert Picture.objects.get(items__match=judged[0]).state == "pending"
    judged[0].refresh_from_db()
    assert (judged[0].verdict, judged[0].method_version) == ("exact", METHOD_VERSION)
    hurry()
    look()
    judged[0].refresh_from_db()
    assert judged[0].method_version == NEXT_VERSION


def test_a_store_that_is_down_spoils_nothing(
    judged: list[Match], improved: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(name: str) -> bytes:
        raise OSError("The store does not answer.")

    with monkeypatch.context() as broken:
        broken.setattr(looks, "_stored", down)
        with pytest.raises(OSError, match="does not answer"):
            reverify()
    assert not Picture.objects.exclude(state="fetched").exists()
    assert reverify() == ["2 of 2 matches judged anew, 2 called something else."]
