"""Reading what comes back, never more than was asked for, packed or unpacked."""

import base64
import binascii
import re
import zlib
from collections.abc import Iterable
from urllib.parse import unquote_to_bytes

from .errors import FetchError

_INLINE = re.compile(r"data:(image/[a-z0-9.+-]+)((?:;[^;,]*)*?)(;base64)?,", re.IGNORECASE)


def read_capped(chunks: Iterable[bytes], *, packing: str, length: str, max_bytes: int) -> bytes:
    """The whole body, unpacked, of at most `max_bytes`; FetchError as soon as it is more.

    `packing` and `length` are the Content-Encoding and Content-Length headers, or "".
    """
    if length.isdecimal() and len(length) < 20 and int(length) > max_bytes:
        raise _too_large(max_bytes)
    unpack = _unpacker(packing)
    received, body = 0, bytearray()
    for chunk in chunks:
        received += len(chunk)
        # One byte more than allowed is enough to know.
        body += unpack(chunk, max_bytes - len(body) + 1) if unpack else chunk
        if max(received, len(body)) > max_bytes:
            raise _too_large(max_bytes)
    if unpack and not unpack.finished:
        raise _damaged()
    return bytes(body)


def is_inline(url: str) -> bool:
    """True for a picture written into its own address."""
    return url.lstrip(" ")[:5].lower() == "data:"


def decode_inline(url: str, max_bytes: int) -> bytes:
    """The bytes of a data: address of a picture, at most `max_bytes`."""
    url = url.strip(" ")
    head = _INLINE.match(url[:200])
    if head is None:
        raise FetchError("The address holds no picture.", permanent=True)
    text = url[head.end() :]
    # Base64 takes four characters for three bytes, escapes up to three for one.
    if len(text) > max_bytes * 3 + 4:
        raise _too_large(max_bytes)
    content = unquote_to_bytes(text)
    if head[3]:
        content = _base64(content)
    if len(content) > max_bytes:
        raise _too_large(max_bytes)
    return content


def _base64(text: bytes) -> bytes:
    try:
        return base64.b64decode(text + b"=" * (-len(text) % 4), validate=True)
    except binascii.Error:
        raise FetchError("The picture in this address is damaged.", permanent=True) from None


class _Inflate:
    """gzip or deflate, unpacked no further than asked."""

    def __init__(self) -> None:
        self._zlib = zlib.decompressobj(wbits=zlib.MAX_WBITS | 32)

    def __call__(self, chunk: bytes, most: int) -> bytes:
        try:
            return self._zlib.decompress(chunk, most)
        except zlib.error:
            raise _damaged() from None

    @property
    def finished(self) -> bool:
        return self._zlib.eof


def _unpacker(packing: str) -> _Inflate | None:
    """We ask for plain bytes; some hosts pack them all the same."""
    match packing.strip().lower():
        case "" | "identity":
            return None
        case "gzip" | "x-gzip" | "deflate":
            return _Inflate()
        case _:
            raise FetchError("The file is packed in a way we cannot read.", permanent=True)


def _damaged() -> FetchError:
    return FetchError("The file arrived damaged.", permanent=False)


def _too_large(max_bytes: int) -> FetchError:
    shown = f"{max_bytes / 1024**2:g} MB" if max_bytes >= 1024**2 else f"{max_bytes:,} bytes"
    return FetchError(f"The file is larger than {shown}.", permanent=True)
