"""What a mail says, and what it never says."""

import re
from datetime import timedelta
from io import BytesIO

import pytest
from django.core import mail
from PIL import Image

from monitor.alerts import deciding, email, letters, pictures, words, writing
from monitor.alerts.telling import tell
from monitor.env.links import EmailServer
from monitor.models import Alert, Delivery, Follow, Match, Picture, Run, Search, Untold
from tests import factories
from tests.alerts.world import (
    A_WEEK,
    AN_HOUR,
    START,
    World,
    add_follow,
    answer,
    make_world,
    pages,
    settle,
    told_to,
)

NEXT = START + A_WEEK


def written(world: World) -> Delivery:
    """The one mail that telling an hour after the run wrote."""
    tell(NEXT + AN_HOUR)
    return Delivery.objects.get()


def find(world: World, *found: str, yandex: tuple[str, ...] | None = ()) -> None:
    world.baseline()
    world.sweep(NEXT, *found, yandex=yandex)
    settle()


def test_the_subject_names_image_collection_and_workspace(world: World) -> None:
    find(world, *pages(6))
    assert written(world).subject == "6 new matches: Tidal mug · Product, Halden"


def test_the_subject_counts_further_images(world: World) -> None:
    world.baseline()
    run = world.sweep(NEXT, *pages(2))
    for title in ("Lamp", "Chair"):
        target = factories.make_target(factories.make_image(world.collection, title=title))
        answer(factories.make_run(world.collection, START, trigger=Run.Trigger.MANUAL), target, [], START)
        answer(run, target, pages(2, "other"), NEXT)
    delivery = written(world)
    assert delivery.subject == "6 new matches: Tidal mug and 2 more · Product, Halden"
    assert "3 of your images appear in 6 new places" in delivery.text
    assert f"/runs/{run.pk}/".replace("/", "%2F") in delivery.text


def test_odd_names_stay_on_one_line_and_are_escaped(world: World, mail_server: EmailServer) -> None:
    world.collection.name = "Mugs\r\nBcc: x@evil.example"
    world.collection.save()
    world.image.title = "<script>alert(1)</script> & co"
    world.image.save()
    find(world, *pages(1))
    delivery = written(world)
    assert "\n" not in delivery.subject
    assert ">&lt;script&gt;alert(1)&lt;/script&gt; &amp; co appears" in delivery.html
    assert not re.search(r">[^<\"]*<script", delivery.html)
    assert "<script>alert(1)</script> & co" in delivery.text
    assert mail.outbox[0].recipients() == [world.person.email]


def test_at_most_eight_matches_are_shown_best_ranks_first(world: World) -> None:
    find(world, *pages(11))
    delivery = written(world)
    shown = re.findall(r"^shop(\d+)\.example/p/\d+$", delivery.text, re.MULTILINE)
    assert shown == [str(number) for number in range(1, 9)]
    assert "And 3 more:" in delivery.text
    assert "and 3 more</a>" in delivery.html
    assert len(delivery.html) < 50_000


def test_a_match_shows_title_site_path_and_ranks(world: World) -> None:
    find(world, *pages(1), yandex=tuple(pages(1)))
    delivery = written(world)
    for part in ("Page at https://shop1.example/p/1", "shop1.example/p/1", "Google 3. Yandex 3."):
        assert part in delivery.text
        assert part in delivery.html


def test_links_lead_into_the_right_workspace(world: World, mail_server: EmailServer) -> None:
    find(world, *pages(1))
    links = set(re.findall(r'href="([^"]+)"', written(world).html))
    assert links
    assert all(link.startswith("https://whereabouts.example/") for link in links)
    image = f"https://whereabouts.example/mail/go/{world.workspace.pk}/?to=%2Fimages%2F{world.image.pk}%2F"
    assert image in links


@pytest.mark.parametrize(("is_demo", "times"), [(True, 1), (False, 0)])
def test_a_demo_says_that_its_data_are_simulated(db: None, is_demo: bool, times: int) -> None:
    world = make_world(is_demo=is_demo)
    find(world, *pages(1))
    delivery = written(world)
    assert delivery.text.count("Simulated data") == delivery.html.count("Simulated data") == times


def test_it_names_an_engine_that_could_not_be_read(world: World) -> None:
    find(world, *pages(1), yandex=None)
    delivery = written(world)
    line = "Yandex could not be read this time, so this list may be incomplete."
    assert line in delivery.text
    assert line in delivery.html
    assert "Google could" not in delivery.text


def test_it_counts_the_searches_of_an_engine_that_ended_early(world: World) -> None:
    find(world, *pages(1))
    other = factories.make_target(world.image, language_code="fr")
    run = world.collection.runs.get(scheduled_for=NEXT)
    factories.make_search(other, run, state=Search.State.PARTIAL, ended_at=NEXT)
    assert "Google could not be read in 1 of 2 searches, so" in written(world).text


def test_a_digest_names_what_could_not_be_read_in_a_run_without_news(world: World) -> None:
    world.follow.frequency = Follow.Frequency.DAILY
    world.follow.save()
    world.baseline()
    tell(START)
    world.sweep(NEXT, *pages(1))
    settle()
    tell(NEXT)
    world.sweep(NEXT + timedelta(minutes=5), *pages(1), yandex=None)
    tell(NEXT + AN_HOUR)
    tell(NEXT + AN_HOUR * 3)
    assert "Yandex could not be read in 1 of 2 searches" in Delivery.objects.get().text


def test_what_went_before_the_mail_was_written_is_not_in_it(world: World) -> None:
    world.follow.frequency = Follow.Frequency.DAILY
    world.follow.save()
    find(world, *pages(2))
    tell(NEXT + AN_HOUR)
    Match.objects.filter(page_url=pages(1)[0]).update(gone_at=NEXT)
    tell(NEXT + AN_HOUR * 3)
    delivery = Delivery.objects.get()
    assert delivery.subject.startswith("1 new match:")
    assert "shop1.example" not in delivery.text


def test_a_mail_with_nothing_left_is_not_needed(world: World) -> None:
    world.follow.frequency = Follow.Frequency.DAILY
    world.follow.save()
    find(world, *pages(1))
    tell(NEXT + AN_HOUR)
    Match.objects.update(gone_at=NEXT)
    tell(NEXT + AN_HOUR * 3)
    delivery = Delivery.objects.get()
    assert (delivery.outcome, delivery.error) == (Delivery.Outcome.DROPPED, writing.NOTHING_LEFT)


def test_the_time_is_on_the_clock_of_the_workspace(db: None) -> None:
    world = make_world(time_zone="Asia/Tokyo")
    find(world, *pages(1))
    assert "Monday 9 March 2026, 15:00" in written(world).text


def test_the_styles_are_inline_and_the_dark_rules_stay(world: World) -> None:
    find(world, *pages(1))
    html = written(world).html
    assert 'style="' in html
    assert "prefers-color-scheme: dark" in html
    assert html.count("{") < html.count("style=")


def test_both_pictures_are_attached_once_each_as_160_px_jpegs(world: World, mail_server: EmailServer) -> None:
    find(world, *pages(3))
    delivery = written(world)
    named = set(re.findall(r'src="cid:([^"]+)"', delivery.html))
    parts = [part for part in email.build(delivery).message().walk() if part["Content-ID"]]
    assert {part["Content-ID"].strip("<>") for part in parts} == named
    assert len(parts) == 4
    for inline in pictures.inlines(delivery.html):
        assert Image.open(BytesIO(inline.jpeg)).size == (160, 160)


def test_a_picture_that_failed_is_a_placeholder_with_the_reason(world: World) -> None:
    world.baseline()
    world.sweep(NEXT, *pages(1))
    settle(fetched=False)
    delivery = written(world)
    assert 'alt="The site did not answer."' in delivery.html
    assert [inline.cid[:4] for inline in pictures.inlines(delivery.html)] == ["own-", "none"]


def test_a_file_that_is_gone_or_broken_becomes_the_placeholder(world: World) -> None:
    find(world, *pages(1))
    delivery = written(world)
    Picture.objects.update(file="pictures/nowhere.jpg")
    assert [inline.jpeg for inline in pictures.inlines(delivery.html)][1] == pictures.placeholder()
    assert pictures.square(b"not a picture") == pictures.placeholder()


def test_a_picture_that_came_is_shown_before_one_that_failed(world: World) -> None:
    find(world, *pages(1))
    match = Match.objects.get(page_url=pages(1)[0])
    item = match.items.get()
    failed = Picture.objects.create(
        url_hash="0" * 32, url="x", state=Picture.State.FAILED, error="Not there."
    )
    target = factories.make_target(world.image, language_code="de")
    target.items.create(match=match, kind="images", item_key="1" * 32, picture=failed)
    tell(NEXT + AN_HOUR)
    letter = letters.read(Alert.objects.get(), NEXT)
    assert letter
    assert letter.found[0].item == item


def test_two_people_read_each_their_own_way_out(world: World) -> None:
    add_follow(factories.make_member(world.workspace), world.collection)
    find(world, *pages(1))
    tell(NEXT + AN_HOUR)
    stops = [re.findall(r"https?://\S+/unsubscribe/\S+", text)[0] for text in
             Delivery.objects.values_list("text", flat=True)]  # fmt: skip
    assert len(set(stops)) == 2


@pytest.mark.parametrize(
    ("total", "said"), [(1, "1 new match"), (2, "2 new matches"), (1204, "1,204 new matches")]
)
def test_it_counts_in_words(total: int, said: str) -> None:
    assert words.matches(total) == said


def test_long_names_are_cut() -> None:
    subject = words.subject(["x" * 300], 1, "y" * 300, "z")
    assert len(subject) < 160


def test_words_of_a_title_attach_no_picture(world: World) -> None:
    """A stranger may call an image or a page as a mail names somebody else's picture."""
    other = factories.make_image(factories.make_collection(factories.make_workspace(name="Other")))
    named = f'<img src="cid:own-{other.pk}@whereabouts">cid:own-{other.pk}@whereabouts'
    world.image.title = named
    world.image.save()
    find(world, *pages(1))
    Match.objects.update(title=named)
    delivery = written(world)
    assert f"cid:own-{other.pk}@" in delivery.html
    assert [inline.cid[:4] for inline in pictures.inlines(delivery.html)] == ["own-", "foun"]
    assert f"own-{other.pk}@whereabouts" not in [inline.cid for inline in pictures.inlines(delivery.html)]


@pytest.mark.parametrize("verdict", ["probable", "unverifiable"])
def test_what_is_no_sure_copy_any_more_is_not_told_until_it_is_one_again(world: World, verdict: str) -> None:
    world.baseline()
    run = world.sweep(NEXT, *pages(2))
    settle()
    deciding.decide_due(NEXT + AN_HOUR)
    match = Match.objects.get(page_url=pages(1)[0])
    Match.objects.filter(pk=match.pk).update(verdict=verdict)
    assert pages(1)[0] not in written(world).text
    assert told_to(world.person) == pages(2)[1:]
    assert (Untold.objects.get().match, Untold.objects.get().run) == (match, run)
