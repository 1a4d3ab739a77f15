"""Watching an image through its form."""

import base64
import re
from pathlib import Path

from playwright.sync_api import FilePayload

from tests.browser.visit import Visit
from tests.system.running import first

FORM = "/images/new/"
# What a drop is to the page: an event that carries files.
DROP = """([selector, name, base64]) => {
  const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  const transfer = new DataTransfer();
  transfer.items.add(new File([bytes], name, {type: "image/jpeg"}));
  const event = new DragEvent("drop", {dataTransfer: transfer, bubbles: true, cancelable: true});
  document.querySelector(selector).dispatchEvent(event);
}"""


def choose(visit: Visit, *files: Path | FilePayload) -> None:
    """Put files into the field of the open form."""
    paths = [file for file in files if isinstance(file, Path)]
    visit.page.locator("input[type=file]").set_input_files(paths or [*files])  # type: ignore[arg-type]


def jpeg(name: str, content: bytes) -> FilePayload:
    """A file as the browser would read it from the disk."""
    return {"name": name, "mimeType": "image/jpeg", "buffer": content}


def drop(visit: Visit, name: str, content: bytes) -> None:
    """Drop a file on the open form."""
    visit.page.evaluate(DROP, ["[data-drop]", name, base64.b64encode(content).decode()])


def watch(visit: Visit) -> None:
    """Send the open form."""
    visit.press("Watch")


def image_id(visit: Visit) -> int:
    """Of the image page that is open."""
    visit.page.wait_for_url(re.compile(r"/images/\d+/$"))
    return int(first(r"/images/(\d+)/$", visit.page.url))


def n_images(visit: Visit) -> int:
    """How many images the gallery counts."""
    visit.go("/images/")
    return int(first(r"(\d+) images?, ", visit.text()))
