"""Identity of web addresses: when two URLs are the same page, the same picture, the same site. Pure."""

import hashlib
import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import parse_qs, unquote, urlsplit

import idna
import tldextract

MAX_URL, MAX_HOST = 2048, 253

_TRACKING = re.compile(r"utm_|(?:gclid|yclid|fbclid)(?:=|$)", re.IGNORECASE)
_HOST = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*")
_UNSPEAKABLE = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
_ESCAPE_OR_ODD = re.compile(r"%([0-9A-Fa-f]{2})|[^A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=]")
_UNRESERVED = re.compile(r"[A-Za-z0-9\-._~]")
# An address that needs no careful taking apart: host, path, query; no port, no sign-in name, no blank.
_PLAIN = re.compile(
    r"[Hh][Tt][Tt][Pp][Ss]?://([A-Za-z0-9._-]+)"
    r"(/[^\s\x00-\x20\x7f?#]*)?(?:\?([^\s\x00-\x20\x7f#]*))?(?:#[^\s\x00-\x20\x7f]*)?"
)
# The most common kinds, of which one look tells all. A page: nothing in it but case and tracking to be folded.
_SAFE = r"A-Za-z0-9\-._~:/\[\]@!$&'()*+,;="
_SIMPLE = re.compile(
    rf"https?://([a-z0-9_-]+(?:\.[a-z0-9_-]+)*)(/[{_SAFE}]*)?(?:\?([{_SAFE}?]*))?(?:#[{_SAFE}?]*)?"
)
# Google's copy of a picture.
_SIMPLE_COPY = re.compile(
    rf"https?://(?:[a-z0-9_-]{{1,60}}\.){{0,3}}gstatic\.(?:com|example)(?:/[{_SAFE}]*)?"
    rf"\?q=(tbn:[A-Za-z0-9_:=-]+)(?:&[{_SAFE}?]*)?"
)
_GSTATIC = re.compile(r"(?:^|\.)gstatic\.(?:com|example)$")
_PLAIN_TOKEN = re.compile(r"q=(tbn:[A-Za-z0-9_:=-]+)(?:&|$)")
_TOKEN = re.compile(r"tbn:[A-Za-z0-9_:=-]+")
# Scripts, by the first word of a letter's name, that one word may hold together.
_MIXED_SCRIPTS = ({"CJK", "HIRAGANA", "KATAKANA"}, {"CJK", "HANGUL"}, {"CJK", "BOPOMOFO"})
_LATIN_LOOKING = set("асԁеһіјӏорԛѕԝхуъьҽпгѵѡ")

# The bundled suffix list only: no fetching, no cache on disk. Private suffixes are on, so that
# a.blogspot.com and b.myshopify.com stand for themselves.
_extract = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True)


class _Parts(NamedTuple):
    """A web address; the host in its ASCII form and lower case, IPv6 without brackets."""

    host: str
    port: int | None
    path: str
    query: str


def is_web_url(url: str) -> bool:
    """True for an http or https address with a host that we can store and link to."""
    return len(url) <= MAX_URL and bool(_simple(url) or (not _UNSPEAKABLE.search(url) and _split(url)))


def canonical(url: str) -> str:
    """The form under which two addresses of one page are equal; for keys, never for links.

    http and https, a leading `www.`, default ports, fragments, sign-in names and tracking parameters are
    folded; every other query parameter counts (en.wikipedia.org/?title=…, youtube watch?v=…).
    Text that is no web address comes back as it is, without surrounding space.
    """
    if found := _simple(url):
        return f"https://{_without_www(found[1])}{found[2] or '/'}{_without_tracking(found[3] or '')}"
    return _canonical_of_odd(url)


def _simple(url: str) -> re.Match[str] | None:
    """Its host, path and query as groups, when it is as simple as most addresses."""
    found = _SIMPLE.fullmatch(url)
    return found if found and len(found[1]) <= MAX_HOST else None


def _canonical_of_odd(url: str) -> str:
    """The same for any text."""
    parts = _split(url)
    if parts is None:
        return url.strip()
    path, query = _normal_escapes(parts.path) or "/", _without_tracking(_normal_escapes(parts.query))
    return f"https://{_netloc(parts)}{path}{query}"


def _without_tracking(query: str) -> str:
    """With its question mark, if anything is left."""
    pieces = [p for p in query.split("&") if p and not _TRACKING.match(p)] if query else []
    return "?" + "&".join(pieces) if pieces else ""


def page_key(url: str) -> str:
    """128 bits of the SHA-256 of the canonical address, in 32 hexadecimal digits as all keys are."""
    return key(canonical(url))


def host_of(url: str) -> str:
    """The host as people name the site: lower case, ASCII form, without port and leading `www.`; or ""."""
    parts = _split(url)
    return _without_www(parts.host) if parts else ""


def registrable_domain(host_or_url: str) -> str:
    """The name somebody registered ("shop.example.co.uk" gives "example.co.uk"); never empty.

    Shared hosting counts per customer (a.blogspot.com). An IP address or an unknown suffix is its own domain.
    """
    text = host_or_url.strip()
    host = host_of(text) if "://" in text else _without_www(_ascii_host(text.partition("/")[0]))
    return _registrable(host) or host or text.lower() or "unknown"


@lru_cache(maxsize=16384)
def _registrable(host: str) -> str:
    """The part of a host that somebody registered, or ""."""
    return _extract(host).top_domain_under_public_suffix


def picture_identity(url: str) -> str:
    """What names a picture over runs: its canonical address, or Google's `tbn:` token.

    Google serves one thumbnail from changing hosts (encrypted-tbn0 … tbn3) with changing extra parameters.
    """
    if copied := _SIMPLE_COPY.fullmatch(url):
        return copied[1]
    if url.lstrip()[:5].lower() == "data:":
        return "data:sha256:" + hashlib.sha256(_bytes(url.strip())).hexdigest()
    parts = _split(url)
    if parts and _GSTATIC.search(parts.host):
        found = _PLAIN_TOKEN.match(parts.query)
        token = found[1] if found else parse_qs(parts.query).get("q", [""])[0]
        if _TOKEN.fullmatch(token):
            return token
    return canonical(url)


def item_key(kind: str, page_key: str, picture: str, title: str) -> str:
    """The identity of a result item within its target; `picture` is a `picture_identity`."""
    return key(f"{kind}\0{page_key}\0{picture}\0{title}")


def key(text: str) -> str:
    """128 bits of the SHA-256 of a text, in 32 hexadecimal digits."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def display_host(host: str) -> str:
    """The host as people write it ("xn--caf-dma.com" gives "café.com").

    A label that could be taken for another one stays as it is: letters of several scripts, or only Cyrillic ones
    that look Latin (after the rules by which Chromium shows a host).
    """
    return ".".join(_display_label(label) for label in host.split("."))


def ascii_host(text: str) -> str:
    """A host that somebody typed, or a part of one, in the form that we store; other text as it is."""
    return text if text.isascii() or "." not in text else _ascii_host(text) or text


def display_path(url: str, limit: int = 80) -> str:
    """The path and query of an address for people: readable escapes decoded, cut to `limit` characters."""
    parts = _split(url)
    if parts is None:
        return ""
    text = _readable(parts.path or "/") + ("?" + _readable(parts.query) if parts.query else "")
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _display_label(label: str) -> str:
    if not label.startswith("xn--"):
        return label
    try:
        shown = idna.ulabel(label)
    except UnicodeError:
        return label
    letters = {char for char in shown if char != "-" and not char.isdecimal()}
    scripts = {re.split("[ -]", unicodedata.name(char, ""))[0] for char in letters}
    is_one_script = len(scripts) == 1 or any(scripts <= mix for mix in _MIXED_SCRIPTS)
    return shown if is_one_script and not letters <= _LATIN_LOOKING else label


@lru_cache(maxsize=1024)  # an answer's addresses are looked at from several sides
def _split(url: str) -> _Parts | None:
    """The parts of a web address, or None when it is none; the host is then usable."""
    found = _PLAIN.fullmatch(url)
    if found is None:
        return _split_odd(url)
    host = _ascii_host(found[1])
    return _Parts(host=host, port=None, path=found[2] or "", query=found[3] or "") if host else None


def _split_odd(url: str) -> _Parts | None:
    """The same for any text, by the standard library: three times slower."""
    try:
        parts = urlsplit(url.strip())
        port = parts.port
        host = _ascii_host(parts.hostname or "")
    except ValueError:
        return None
    # Browsers read a backslash as a slash, urlsplit does not: such an address means two hosts.
    plain = "\\" not in parts.netloc and ("[" in parts.netloc) == (":" in host)
    is_web = parts.scheme in ("http", "https") and host and plain
    return _Parts(host=host, port=port, path=parts.path, query=parts.query) if is_web else None


def _netloc(parts: _Parts) -> str:
    host = _without_www(parts.host)
    host = f"[{host}]" if ":" in host else host
    # Both default ports go, whatever the scheme: the scheme itself is folded.
    return host if parts.port in (None, 80, 443) else f"{host}:{parts.port}"


def _ascii_host(host: str) -> str:
    """Lower case, IDNA, no trailing dot; "" when it can be no host. IPv6 comes without brackets."""
    host = host.lower().rstrip(".")
    if ":" in host:
        return host if re.fullmatch(r"[0-9a-f:.]+", host) else ""
    if not host.isascii():
        host = _idna(host)
    return host if len(host) <= MAX_HOST and _HOST.fullmatch(host) else ""


def _idna(host: str) -> str:
    try:
        return idna.encode(host, uts46=True).decode().rstrip(".")
    except UnicodeError:
        # Names that the standard refuses (emoji) exist all the same.
        labels = re.split(r"[.。．｡]", unicodedata.normalize("NFKC", host).lower())
        return ".".join(_punycode(label) for label in labels).rstrip(".")


def _punycode(label: str) -> str:
    return label if label.isascii() else "xn--" + label.encode("punycode", "replace").decode()


def _without_www(host: str) -> str:
    while host.startswith("www.") and "." in host[4:]:
        host = host[4:]
    return host


def _normal_escapes(text: str) -> str:
    """RFC 3986, 6.2.2: escapes in upper case, needless ones decoded, everything unsafe escaped."""
    return _ESCAPE_OR_ODD.sub(_normal_escape, text)


def _normal_escape(found: re.Match[str]) -> str:
    if found[1] is None:
        return "".join(f"%{byte:02X}" for byte in _bytes(found[0]))
    char = chr(int(found[1], 16))
    return char if _UNRESERVED.fullmatch(char) else found[0].upper()


def _readable(text: str) -> str:
    decoded = unquote(text, errors="replace")
    # Unprintable characters could turn the text around or hide a part of it.
    return decoded if decoded.isprintable() and "\ufffd" not in decoded else _normal_escapes(text)


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
