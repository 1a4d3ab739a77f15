"""Judging found pictures beside serving pages: how many a second of a core, and what people who read pages feel.

A run's new pictures wait on a host of this machine: copies, edits and others, some of them the same file under
another address. `manage.py work` fetches and judges them while a reader goes from page to page of `manage.py web`;
the same reader's pages on the idle machine are measured before.
"""

import argparse
import itertools
import os
import subprocess
import sys
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from statistics import quantiles
from threading import Thread
from urllib.parse import urlsplit

import httpx
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client
from PIL import Image

from accounts.models import User
from monitor import queue
from monitor.env.reading import CHECKOUT
from monitor.models import Comparison, Match, Picture, ResultItem, WatchedImage
from tests import factories
from tests.benchmarks.flood.serving import served, use
from tests.verification import scenes

PAUSE_SECONDS, LONGEST = 0.05, 1800.0
OURS = scenes.scene(1, (1600, 1200))


def variant(number: int) -> bytes:
    """A picture as the web has them, of 600 to 1,400 px: each sixth is a copy, three of six are edits."""
    side = 600 + 97 * number % 800
    makers: list[Callable[[], Image.Image]] = [
        lambda: OURS,
        lambda: scenes.cropped(OURS, 0.1 + number % 7 / 100, 0.1, 0.9, 0.8),
        lambda: scenes.with_text(OURS, f"Sale {number}", at=0.8),
        lambda: scenes.framed(OURS, 20 + number % 40),
        lambda: scenes.scene(number + 2, (1200, 900)),
        lambda: scenes.product(number),
    ]
    return scenes.encoded(scenes.thumbnail(makers[number % 6](), side))


@dataclass(frozen=True, kw_only=True)
class Reader:
    """Somebody who reads pages, one after another."""

    port: int
    session: str
    paths: tuple[str, ...]

    def read(self, is_over: Callable[[], bool]) -> list[float]:
        """How long each page took, in ms."""
        took = []
        cookies = {settings.SESSION_COOKIE_NAME: self.session}
        with httpx.Client(
            base_url=f"http://127.0.0.1:{self.port}", cookies=cookies, trust_env=False
        ) as client:
            for path in itertools.cycle(self.paths):
                start = time.perf_counter()
                client.get(path, timeout=60).raise_for_status()
                took.append((time.perf_counter() - start) * 1000)
                if is_over():
                    return took
                time.sleep(PAUSE_SECONDS)
        return took


def main() -> None:
    options = _options()
    contents = [variant(number) for number in range(round(options.pictures * (1 - options.same)))]
    with served() as (port, _), _host(contents) as host:
        owner = factories.make_user()
        image = _watched(owner)
        reader = Reader(port=port, session=_signed_in(owner), paths=("/", f"/images/{image.pk}/", "/runs/"))
        _find(image, options.pictures)
        end = time.monotonic() + options.idle
        reader.read(lambda: time.monotonic() > end)  # warm
        end = time.monotonic() + options.idle
        idle = reader.read(lambda: time.monotonic() > end)
        with _working(host) as pid:
            queue.nudge_anew()
            start, before = time.monotonic(), use(pid).seconds
            busy = reader.read(lambda: _is_done() or time.monotonic() - start > LONGEST)
            seconds, cpu = time.monotonic() - start, use(pid).seconds - before
        _report(idle, busy, seconds, cpu)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--pictures", type=int, default=1000, help="of the run (default: %(default)s)")
    parser.add_argument("--same", type=float, default=0.2, help="share of equal files (default: %(default)s)")
    parser.add_argument(
        "--idle", type=float, default=20, help="seconds of reading alone (default: %(default)s)"
    )
    return parser.parse_args()


@contextmanager
def _host(contents: list[bytes]) -> Iterator[str]:
    """A host that has the pictures, by number; yields its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            name = urlsplit(self.path).path.strip("/")
            body = contents[int(name) % len(contents)] if name.isdecimal() else b""
            # Nothing here for those who take us for the providers' simulator, too.
            self.send_response(200 if body else 404)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()


def _watched(owner: User) -> WatchedImage:
    collection = factories.make_collection(factories.make_workspace(owner, is_demo=True))
    content = ContentFile(scenes.encoded(OURS))
    return factories.make_image(collection, file=default_storage.save("watched/ours.jpg", content))


def _signed_in(owner: User) -> str:
    client = Client()
    client.force_login(owner)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def _find(image: WatchedImage, count: int) -> None:
    """As an answer does: each picture on a page of its own."""
    target = factories.make_target(image)
    for number in range(count):
        url = f"https://pictures.example/{number}"
        picture = Picture.objects.create(url_hash=uuid.uuid4(), url=url, is_simulated=True)
        match = factories.make_match(image, f"https://shop{number % 200}.example/p/{number}")
        ResultItem.objects.create(
            target=target, match=match, kind="images", item_key=uuid.uuid4(), picture=picture
        )


@contextmanager
def _working(host: str) -> Iterator[int]:
    """`manage.py work`, which is told that the simulated web is on our host; yields its process."""
    environ = {**os.environ, "SIMULATOR_URL": host, "WORKERS": "2"}
    argv = [sys.executable, "manage.py", "work"]
    process = subprocess.Popen(argv, cwd=CHECKOUT, env=environ, stderr=subprocess.DEVNULL)
    try:
        yield process.pid
    finally:
        process.terminate()
        process.wait()


def _is_done() -> bool:
    return not Match.objects.filter(method_version=0).exists()


def _report(idle: list[float], busy: list[float], seconds: float, cpu: float) -> None:
    pictures = Picture.objects.count()
    contents = Picture.objects.exclude(sha256="").values("sha256").distinct().count()
    labels = Counter(Comparison.objects.values_list("label", flat=True))
    print(f"{pictures} pictures in {seconds:.1f} s, {pictures / seconds:.1f} a second")
    print(f"{cpu:.1f} s CPU of the workers, all told: {pictures / cpu:.1f} pictures a second of a core")
    print(f"{contents} contents: {1 - contents / pictures:.0%} were not looked at again")
    print("called " + ", ".join(f"{label} {count}" for label, count in labels.most_common()))
    p95 = {name: quantiles(took, n=20)[-1] for name, took in (("idle", idle), ("judging", busy))}
    for name, took in (("idle", idle), ("judging", busy)):
        print(f"pages while {name}: {len(took)} read, p95 {p95[name]:.0f} ms")
    print(f"p95 while judging is {p95['judging'] / p95['idle']:.2f} times that of the idle machine")


if __name__ == "__main__":
    main()
