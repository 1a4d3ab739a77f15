"""`kill -9` of every kind of process while a run is under way: nothing is lost, nothing is paid or found twice.

The same when the database stands still for ten seconds.

All kills happen in one story, because the leases that have to run out take minutes: for each victim an image is
searched, the simulator answers slowly, and the victim dies after the call was charged and before it is answered.
"""

import os
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest

from monitor.embedded.processes import PROC
from tests.system.books import TWICE, Books, charged_as
from tests.system.running import App, running_app, until
from tests.system.victims import VICTIMS, kill, stop_database

pytestmark = [
    pytest.mark.slow,
    pytest.mark.xdist_group("app"),
    pytest.mark.skipif(not PROC.is_dir(), reason="needs /proc to see processes"),
    pytest.mark.skipif(os.environ.get("SLOW") != "1", reason="takes four minutes: run it with SLOW=1"),
]

GOOGLE, YANDEX = "/v3/serp/google/search_by_image/task_post", "/v2/image/"
# Which calls are slow while the victim dies.
SLOW = {"cluster worker": GOOGLE, "simulator": GOOGLE}
ASKED_SECONDS, ENDED_SECONDS, STOPPED_SECONDS = 60.0, 420.0, 10.0
N_IMAGES = len(VICTIMS) + 1


@dataclass(kw_only=True)
class Story:
    """What there is to look at when all is over."""

    app: App
    books: Books
    runs: list[int] = field(default_factory=list)
    has_ended: bool = False


@pytest.fixture(scope="module")
def story() -> Iterator[Story]:
    """An image for each mishap; then everything is given time to come to its end."""
    with running_app() as app, Books(app) as books:
        story = Story(app=app, books=books)
        for image, victim in enumerate(VICTIMS, 1):
            with asked_slowly(story, image, SLOW.get(victim, YANDEX)):
                kill(story.app, victim)
            assert until(books.is_simulator_there, ASKED_SECONDS)
        with asked_slowly(story, N_IMAGES, GOOGLE):
            stop_database(story.app, STOPPED_SECONDS)
        books.control.set_faults([])
        story.has_ended = until(lambda: books.n_open() == 0, ENDED_SECONDS, pause=1.0)
        yield story


@contextmanager
def asked_slowly(story: Story, image: int, path: str) -> Iterator[None]:
    """Search an image; what is done within happens while the answer to a charged call is on its way."""
    with story.app.client() as client:
        story.books.control.set_faults([{"match": {"path": path}, "do": "slow 4"}])
        assert story.app.post(client, f"/images/{image}/run/").status_code == 200
    run = story.books.newest_run(image)
    story.runs.append(run)
    is_asked = until(lambda: story.books.is_being_asked(run), ASKED_SECONDS)
    assert is_asked, f"image {image} is not asked about:\n{story.app.said()}"
    yield


def test_it_ends_every_search_once(story: Story) -> None:
    searches = story.books.searches(story.runs)
    assert story.has_ended, [search for search in searches if search.state != "done"]
    assert {search.state for search in searches} == {"done"}, [search.error for search in searches]
    assert len({(search.run, search.target) for search in searches}) == len(searches) == 2 * N_IMAGES
    assert all(len(search.items) == len(set(search.items)) > 0 for search in searches)


def test_it_books_what_is_charged(story: Story) -> None:
    charges = story.books.charges()
    for task in story.books.tasks(story.runs):
        paid = charges.get(charged_as(task.provider, task.tag), [0.0])
        assert len(paid) == 1, task
        assert task.billed == "possibly" or float(task.cost) == pytest.approx(paid[0]), task


def test_it_pays_google_once_for_each_search(story: Story) -> None:
    charges = story.books.charges()
    tasks = [task for task in story.books.tasks(story.runs) if task.provider == "dataforseo"]
    paid = [task.search for task in tasks if task.tag in charges]
    assert len(paid) == len({*paid}) == N_IMAGES


def test_it_sends_a_page_to_yandex_twice_at_most(story: Story) -> None:
    """Calls that found nobody listening were not sent."""
    tasks = [
        task
        for task in story.books.tasks(story.runs)
        if task.provider == "yandex" and task.state != "refused"
    ]
    assert max(Counter((task.search, task.page) for task in tasks).values()) <= 2
    collected = Counter((task.search, task.page) for task in tasks if task.state == "collected")
    assert set(collected.values()) == {1}


def test_it_finds_no_match_twice(story: Story) -> None:
    assert story.books.rows(TWICE) == []


def test_it_says_whom_it_started_again(story: Story) -> None:
    for name in ("web", "simulator", "work", "postgres"):
        assert f"{name} was ended by signal 9" in story.app.said()
