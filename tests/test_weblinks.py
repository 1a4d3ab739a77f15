"""Identity of pages, pictures and sites."""

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from monitor import weblinks

PAGE = "https://shop.example.com/a/b?x=1"


@pytest.mark.parametrize(
    "variant",
    [
        "http://shop.example.com/a/b?x=1",
        "https://www.shop.example.com/a/b?x=1",
        "HTTPS://Shop.Example.COM/a/b?x=1",
        "https://shop.example.com:443/a/b?x=1",
        "http://shop.example.com:80/a/b?x=1",
        "https://shop.example.com./a/b?x=1",
        "https://shop.example.com/a/b?x=1#reviews",
        "https://shop.example.com/a/b?utm_source=mail&x=1&UTM_Medium=x",
        "https://shop.example.com/a/b?gclid=1&x=1&yclid=2&fbclid=3",
        "https://user:secret@shop.example.com/a/b?x=1",
        "  https://shop.example.com/%61/b?x=1 ",
    ],
)
def test_it_folds_what_does_not_change_the_page(variant: str) -> None:
    assert weblinks.canonical(variant) == PAGE
    assert weblinks.page_key(variant) == weblinks.page_key(PAGE)


@pytest.mark.parametrize(
    "other",
    [
        "https://shop.example.com/a/b?x=2",
        "https://shop.example.com/a/b",
        "https://shop.example.com/a/b/?x=1",
        "https://shop.example.com/A/b?x=1",
        "https://shop.example.com:8443/a/b?x=1",
        "https://example.com/a/b?x=1",
        "https://shop.example.com/a/b?x=1&gclids=1",
        "https://shop.example.com/a%2Fb?x=1",
    ],
)
def test_it_keeps_other_pages_apart(other: str) -> None:
    assert weblinks.page_key(other) != weblinks.page_key(PAGE)


def test_it_never_folds_query_parameters_that_name_the_page() -> None:
    watch = "https://www.youtube.com/watch?v="
    assert weblinks.page_key(watch + "a") != weblinks.page_key(watch + "b")
    assert weblinks.canonical("https://en.wikipedia.org/?title=Cat") == "https://en.wikipedia.org/?title=Cat"


def test_it_writes_both_spellings_of_a_foreign_address_alike() -> None:
    ascii_form = "https://xn--e1afmkfd.xn--p1ai/%D0%BA%D0%BE%D1%82?q=%D1%8F"
    assert weblinks.canonical("http://ПРИМЕР.рф/кот?q=я") == ascii_form
    assert weblinks.canonical(ascii_form.lower()) == ascii_form


def test_it_gives_a_key_from_the_first_half_of_the_digest() -> None:
    key = weblinks.page_key("http://example.com")
    assert key == "0f115db062b7c0dd030b16878c99dea5"


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com",
        "https://example.com/a b",
        "http://[2001:db8::1]:8080/",
        "http://192.0.2.1/x",
        "https://ab_c.example.com/",
        "https://i❤.ws/",
    ],
)
def test_it_accepts_web_addresses(url: str) -> None:
    assert weblinks.is_web_url(url)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "example.com",
        "ftp://example.com/",
        "javascript:alert(1)",
        "data:image/png;base64,AA",
        "//example.com/",
        "https:///path",
        "https://./",
        "https://a..b/",
        "https://exa mple.com/",
        "https://example.com:99999/",
        "https://example.com:port/",
        "https://[::1/",
        "https://[v1.x]/",
        "https://evil.com\\@example.com/",
        "https://example.com/\x00",
        "https://example.com/\ud800",
        "https://example.com/" + "a" * 2048,
        "https://<script>/",
    ],
)
def test_it_refuses_what_is_no_web_address(url: str) -> None:
    assert not weblinks.is_web_url(url)
    weblinks.canonical(url)


@pytest.mark.parametrize(
    ("text", "domain"),
    [
        ("https://www.amazon.com/dp/1", "amazon.com"),
        ("shop.example.co.uk", "example.co.uk"),
        ("https://a.blogspot.com/2020/", "a.blogspot.com"),
        ("x.a.blogspot.com", "a.blogspot.com"),
        ("https://b.myshopify.com/products/1", "b.myshopify.com"),
        ("blogspot.com", "blogspot.com"),
        ("https://пример.рф/x", "xn--e1afmkfd.xn--p1ai"),
        ("https://192.0.2.7:8080/x", "192.0.2.7"),
        ("https://[2001:db8::1]/", "2001:db8::1"),
        ("https://printer.internal/x", "printer.internal"),
        ("https://a.printer.internal/x", "a.printer.internal"),
        ("www.news.example.com.", "example.com"),
        ("localhost", "localhost"),
        ("$43.35* • Amazon", "$43.35* • amazon"),
        ("", "unknown"),
    ],
)
def test_it_names_the_registrable_domain(text: str, domain: str) -> None:
    assert weblinks.registrable_domain(text) == domain


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://WWW.Example.com:8443/x", "example.com"),
        ("https://www.com/", "www.com"),
        ("https://[2001:DB8::1]/", "2001:db8::1"),
        ("not a url", ""),
    ],
)
def test_it_names_the_host(url: str, host: str) -> None:
    assert weblinks.host_of(url) == host


@pytest.mark.parametrize(
    "url",
    [
        "https://encrypted-tbn0.gstatic.com/images?q=tbn:ANd9GcS0tP-_x",
        "https://t2.gstatic.com/images?q=tbn:ANd9GcS0tP-_x&s=10",
        "http://encrypted-tbn3.gstatic.com/shopping?usqp=CAU&q=tbn%3AANd9GcS0tP-_x",
        "https://tbn.gstatic.example/images?q=tbn:ANd9GcS0tP-_x",
    ],
)
def test_it_knows_googles_thumbnail_by_its_token(url: str) -> None:
    assert weblinks.picture_identity(url) == "tbn:ANd9GcS0tP-_x"


def test_it_knows_other_pictures_by_their_address() -> None:
    same = {weblinks.picture_identity(u) for u in ("http://a.com/i.jpg#x", "https://www.a.com/i.jpg")}
    assert same == {"https://a.com/i.jpg"}
    assert weblinks.picture_identity("https://notgstatic.com/i?q=tbn:x").startswith("https://")
    assert weblinks.picture_identity("https://t1.gstatic.com/i?q=tbn:%00").startswith("https://")
    assert weblinks.picture_identity("https://www.gstatic.com/logo.png") == "https://gstatic.com/logo.png"


def test_it_gives_an_inline_picture_a_short_identity() -> None:
    first = weblinks.picture_identity("data:image/png;base64," + "A" * 100_000)
    assert len(first) < 100
    assert first != weblinks.picture_identity("data:image/png;base64,B")


def test_it_tells_items_apart_by_each_part() -> None:
    page = weblinks.page_key(PAGE)
    keys = {
        weblinks.item_key(kind, page_key, picture, title)
        for kind in ("organic", "images")
        for page_key in (page, weblinks.page_key("https://b.com"))
        for picture in ("tbn:a", "tbn:b")
        for title in ("One", "Two")
    }
    assert len(keys) == 16
    assert weblinks.item_key("organic", page, "tbn:a", "One") in keys


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://a.com", "/"),
        ("https://a.com/x/y?z=1", "/x/y?z=1"),
        ("https://a.com/%D0%BA%D0%BE%D1%82", "/кот"),
        ("https://a.com/%E2%80%AEgpj", "/%E2%80%AEgpj"),
        ("https://a.com/%ff", "/%FF"),
        ("nothing", ""),
    ],
)
def test_it_shows_a_readable_path(url: str, shown: str) -> None:
    assert weblinks.display_path(url) == shown


def test_it_cuts_a_long_path() -> None:
    shown = weblinks.display_path("https://a.com/" + "x" * 200, limit=20)
    assert len(shown) == 20 and shown.endswith("…")


def test_it_shows_a_host_in_its_own_script() -> None:
    assert weblinks.display_host("xn--e1afmkfd.xn--p1ai") == "пример.рф"
    assert weblinks.display_host("xn--\x00") == "xn--\x00"
    assert weblinks.display_host("example.com") == "example.com"


@pytest.mark.parametrize(
    ("host", "shown"),
    [
        ("xn--caf-dma.com", "café.com"),
        ("shop.xn--caf-dma.com", "shop.café.com"),
        ("xn--80ak6aa92e.com", "xn--80ak6aa92e.com"),  # Cyrillic through and through, reads "apple"
        ("xn--pple-43d.com", "xn--pple-43d.com"),  # one Cyrillic letter among Latin ones
        ("xn--pple-43d.xn--p1ai", "xn--pple-43d.рф"),
        ("xn--mgbh0fb.example", "مثال.example"),
        ("xn--eckwd4c7cu47r2wf.jp", "ドメイン名例.jp"),
        ("xn--9n2bp8q.example", "실례.example"),
        ("xn--ls8h.example", "xn--ls8h.example"),  # an emoji: the standard refuses it
    ],
)
def test_it_keeps_the_ascii_form_of_a_label_that_may_deceive(host: str, shown: str) -> None:
    assert weblinks.display_host(host) == shown


def test_it_stores_what_people_type_in_the_ascii_form() -> None:
    assert weblinks.ascii_host("Café.com") == "xn--caf-dma.com"
    assert weblinks.ascii_host("mug.example") == "mug.example"
    assert weblinks.ascii_host("кружка") == "кружка"
    assert weblinks.ascii_host("Zwei Wörter.") == "Zwei Wörter."


LABEL = st.text("abcdefghijklmnopqrstuvwxyz0123456789-", min_size=1, max_size=10)
HOST = st.lists(LABEL, min_size=2, max_size=4).map(".".join)
PATH = st.text(max_size=30).map(lambda text: "/" + text.replace("?", "").replace("#", ""))
QUERY = st.text(max_size=30).map(lambda text: text.replace("#", ""))
URL = st.builds(lambda host, path, query: f"https://{host}{path}?{query}", HOST, PATH, QUERY)
ANY_URL = st.one_of(URL, st.text(max_size=60).map(lambda text: "http://" + text), st.text())


SAFE = st.text("aZ09-._~:/@!$&'()*+,;=?[]", max_size=20)
SIMPLE_HOST = st.lists(st.text("aw0-_", min_size=1, max_size=70), min_size=1, max_size=5).map(".".join)
ANY_SIMPLE_URL = st.builds(
    lambda www, host, path, query, part: f"http://{www}{host}{path}{query}{part}",
    st.sampled_from(["", "www.", "www.www."]),
    SIMPLE_HOST,
    st.one_of(st.just(""), SAFE.map(lambda text: "/" + text)),
    st.one_of(
        st.just(""),
        st.lists(st.one_of(SAFE, st.just("utm_source=x")), max_size=3).map(lambda q: "?" + "&".join(q)),
    ),
    st.one_of(st.just(""), SAFE.map(lambda text: "#" + text)),
)


@given(ANY_URL)
def test_it_is_idempotent_and_never_raises(url: str) -> None:
    once = weblinks.canonical(url)
    assert weblinks.canonical(once) == once
    weblinks.page_key(url)
    weblinks.picture_identity(url)
    weblinks.display_path(url)
    assert weblinks.registrable_domain(url)
    if weblinks.is_web_url(url):
        assert once.startswith("https://")
        assert once.isascii()
        assert weblinks.host_of(url)


@given(URL, st.sampled_from(["utm_source=x", "gclid=1", "yclid", "fbclid=a%20b"]))
def test_it_gives_equal_keys_to_variants(url: str, tracking: str) -> None:
    assume(weblinks.is_web_url(url) and url == url.strip())
    key = weblinks.page_key(url)
    assert weblinks.page_key(url.replace("https://", "http://", 1)) == key
    assert weblinks.page_key(url.replace("https://", "https://www.", 1)) == key
    assert weblinks.page_key(url + "#part") == key
    assert weblinks.page_key(url + "&" + tracking) == key


@given(URL)
def test_the_quick_way_to_take_an_address_apart_agrees_with_the_careful_one(url: str) -> None:
    assert weblinks._split(url) == weblinks._split_odd(url)


@given(ANY_SIMPLE_URL)
@example("https://www.com/")
@example("https://t1.gstatic.com/images?q=tbn:a&q=b")
def test_a_simple_address_is_the_same_page_by_the_quick_way_and_by_the_careful_one(url: str) -> None:
    assert weblinks.canonical(url) == weblinks._canonical_of_odd(url)
    assert weblinks.is_web_url(url) == (weblinks._split(url) is not None)
