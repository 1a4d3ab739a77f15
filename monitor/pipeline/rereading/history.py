"""The answers about one image as they are kept, in the order in which they came."""

from collections.abc import Iterable, Mapping, Sequence

from monitor import diffing
from monitor.models import ResultItem, Search, SearchTarget
from monitor.pipeline.rereading.replaying import Asker, Given


def given_about(image: int) -> list[Given]:
    """Every answer about a watched image, complete or not."""
    answered = Search.objects.filter(watched_image=image, observed_at__isnull=False).answered()
    return [given_to(search) for search in answered.order_by("observed_at", "pk")]


def given_to(search: Search) -> Given:
    """The answer that a search holds."""
    assert search.observed_at  # noqa: S101  # every answer has its time
    return Given(
        search=search.pk,
        target=search.target_id,
        seq=search.seq,
        at=search.observed_at,
        is_complete=search.state == Search.State.DONE,
        items=search.item_ids,
        ranks=search.rank_absolute,
    )


def with_answer(given: Sequence[Given], answer: Given) -> list[Given]:
    """The same with one answer in the place of what its search held before."""
    others = [each for each in given if each.search != answer.search]
    return sorted([*others, answer], key=lambda each: (each.at, each.search))


def neighbours(given: Sequence[Given], search: int) -> tuple[Given | None, Given, Given | None]:
    """An answer between the complete ones of its target before and after it."""
    here = next(each for each in given if each.search == search)
    row = [each for each in given if each.target == here.target and each.is_complete and each is not here]
    before = max((each for each in row if each.seq < here.seq), key=lambda each: each.seq, default=None)
    after = min((each for each in row if each.seq > here.seq), key=lambda each: each.seq, default=None)
    return before, here, after


def askers_of(image: int) -> dict[int, Asker]:
    """The targets of an image."""
    targets = SearchTarget.objects.filter(watched_image=image)
    return {target.pk: Asker(depth=target.depth, is_active=target.is_active) for target in targets}


def match_of(items: Iterable[int]) -> dict[int, int]:
    """The match of each item that is there."""
    return dict(ResultItem.objects.filter(pk__in=set(items)).values_list("pk", "match_id"))


def items_of(matches: Iterable[int]) -> dict[int, set[int]]:
    """All items of each match."""
    found: dict[int, set[int]] = {match: set() for match in matches}
    for item, match in ResultItem.objects.filter(match__in=found).values_list("pk", "match_id"):
        found[match].add(item)
    return found


def seen_in(answer: Given, owners: Mapping[int, int]) -> list[diffing.Seen]:
    """The items of an answer with their matches."""
    pairs = zip(answer.items, answer.ranks, strict=True)
    return [diffing.Seen(item=i, match=owners[i], rank=r) for i, r in pairs if i in owners]
