"""A small host of pictures on this machine, and a picture for it."""

import io
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from types import TracebackType
from typing import Any, Self

from PIL import Image, ImageDraw


def drawing(hue: str = "#2f6f62", size: tuple[int, int] = (900, 600)) -> bytes:
    """A JPEG whose left and right halves differ."""
    image = Image.new("RGB", size, "#f2ece0")
    draw = ImageDraw.Draw(image)
    draw.ellipse((size[0] * 0.1, size[1] * 0.2, size[0] * 0.45, size[1] * 0.8), fill=hue)
    draw.rectangle((size[0] * 0.6, size[1] * 0.5, size[0] * 0.9, size[1] * 0.95), fill="#1d2b53")
    output = io.BytesIO()
    image.save(output, "JPEG", quality=90)
    return output.getvalue()


class Host:
    """Serves `files` by path and counts what it is asked for."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.files = dict(files)
        self.asked: list[str] = []
        host = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                host.asked.append(self.path)
                content = host.files.get(self.path, b"")
                self.send_response(200 if content else 404)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, format: str, *args: Any) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
