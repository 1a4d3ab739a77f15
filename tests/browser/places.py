"""The table of all pages. Braces stand for rows of the demo, which `find_places` looks up by following links."""

from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import BrowserContext

from tests.system.running import first

Places = dict[str, str]


@dataclass(frozen=True)
class Address:
    """Where a page is, and the status it answers with."""

    path: str
    status: int = 200


DIFF = "/images/{image}/diff/?from={older}&to={newer}&engine="
SIGNED_IN = {
    "overview": Address("/"),
    "gallery": Address("/images/"),
    "gallery without a hit": Address("/images/?q=nothing-is-called-so"),
    "watch an image": Address("/images/new/"),
    "image": Address("/images/{image}/"),
    "change an image": Address("/images/{image}/edit/"),
    "remove an image": Address("/images/{image}/delete/"),
    "diff on Google": Address(f"{DIFF}google"),
    "diff on Yandex": Address(f"{DIFF}yandex"),
    "match": Address("/matches/{match}/"),
    "review": Address("/review/"),
    "look-alikes": Address("/images/{image}/?show=similar"),
    "runs": Address("/runs/"),
    "run": Address("/runs/{run}/"),
    "collections": Address("/collections/"),
    "collection": Address("/collections/{collection}/"),
    "new collection": Address("/collections/new/"),
    "mails": Address("/mail/"),
    "mail": Address("/mail/{mail}/"),
    "mail settings": Address("/mail/settings/"),
    "workspace settings": Address("/settings/"),
    "how sure to be": Address("/settings/strictness/?level=strictest"),
    "team": Address("/team/"),
    "account": Address("/account/"),
    "change the password": Address("/accounts/password/change/"),
    "sign out": Address("/accounts/logout/"),
    "more": Address("/more/"),
    "spending": Address("/spend/"),
    "pipeline": Address("/pipeline/"),
    "set-up": Address("/setup/"),
    "set-up, all at once": Address("/setup/?all=1"),
    "nothing here": Address("/nothing-here/", 404),
}
PUBLIC = {
    "sign in": Address("/accounts/login/"),
    "sign up closed": Address("/accounts/signup/"),
    "password reset": Address("/accounts/password/reset/"),
    "first owner closed": Address("/accounts/first-owner/used-up/", 410),
    "invitation closed": Address("/invitations/used-up/", 410),
    "nothing here": Address("/nothing-here/", 404),
}


def find_places(context: BrowserContext) -> Places:
    """Ids of rows that the demo has."""
    image = _first_link(context, "/images/", r"/images/(\d+)/")
    diff = first(r'href="([^"]*/diff/\?from=[^"]*)"', _html(context, f"/images/{image}/")).replace(
        "&amp;", "&"
    )
    query = parse_qs(urlsplit(diff).query)
    return {
        "image": image,
        "older": query["from"][0],
        "newer": query["to"][0],
        "match": first(r"/matches/(\d+)/", _html(context, f"/images/{image}/")),
        "run": _first_link(context, "/runs/", r"/runs/(\d+)/"),
        "collection": _first_link(context, "/collections/", r"/collections/(\d+)/"),
        "mail": _first_link(context, "/mail/", r"/mail/(\d+)/"),
    }


def _first_link(context: BrowserContext, path: str, pattern: str) -> str:
    return first(f'href="{pattern}"', _html(context, path))


def _html(context: BrowserContext, path: str) -> str:
    response = context.request.get(path)
    assert response.ok, f"{path} answers {response.status}"
    return response.text()
