"""Ports of this machine: is one free, does something answer on it."""

import errno
import http.client
import socket
from contextlib import suppress
from pathlib import Path

from monitor.embedded.errors import EmbeddedError


def check_port(host: str, port: int) -> None:
    """Refuse an address that web could not listen on, with the variable to change."""
    try:
        _bind(host, port)
    except socket.gaierror as error:
        raise EmbeddedError(f"HOST {host!r} is not the name or address of this machine.") from error
    except OSError as error:
        raise EmbeddedError(_reason(error, host, port)) from error


def _reason(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"port {port} is in use by another program. Stop that one, or set PORT to another number."
    if error.errno == errno.EACCES:
        return f"port {port} needs more rights than this user has. Set PORT to a number above 1023."
    return f"HOST {host!r} with PORT {port} cannot be used ({error.strerror})."


def _bind(host: str, port: int) -> int:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        return int(listener.getsockname()[1])


def remembered_port(path: Path) -> int:
    """A free port of loopback, the one noted in the file if possible, so that addresses survive a restart."""
    with suppress(OSError, ValueError, OverflowError):
        return _bind("127.0.0.1", int(path.read_text(encoding="ascii")))
    port = _bind("127.0.0.1", 0)
    path.write_text(f"{port}\n", encoding="ascii")
    return port


def listens(host: str, port: int) -> bool:
    """Something accepts connections there."""
    with suppress(OSError), socket.create_connection((host, port), timeout=1.0):
        return True
    return False


def answers(host: str, port: int, path: str, host_header: str) -> bool:
    """A GET of the path is answered with 200."""
    connection = http.client.HTTPConnection(host, port, timeout=5.0)
    try:
        connection.request("GET", path, headers={"Host": host_header})
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
