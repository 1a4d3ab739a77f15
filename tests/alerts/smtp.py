"""A small mail server on loopback, to meet a real one's answers on the wire (RFC 5321)."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class MailServer(socketserver.ThreadingTCPServer):
    """Keeps what it takes in `mails`; `answers` maps a command to the line said in place of consent."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Conversation)
        self.mails: list[bytes] = []
        self.answers: dict[str, str] = {}

    @property
    def port(self) -> int:
        return int(self.server_address[1])


class Conversation(socketserver.StreamRequestHandler):
    """One client; "drop" as an answer hangs up."""

    server: MailServer

    def handle(self) -> None:
        self._say("220 loopback")
        while line := self.rfile.readline():
            verb = line.split()[0].decode().upper()
            answer = self.server.answers.get(verb, "250 fine")
            if answer == "drop":
                return
            if verb == "DATA" and answer == "250 fine":
                answer = self._take_mail()
            if answer == "drop":
                return
            self._say("221 bye" if verb == "QUIT" else answer)
            if verb == "QUIT":
                return

    def _take_mail(self) -> str:
        self._say("354 go on")
        lines = iter(self.rfile.readline, b".\r\n")
        body = b"".join(line[1:] if line.startswith(b"..") else line for line in lines)
        answer = self.server.answers.get("BODY", "250 taken")
        if answer.startswith("2") or answer == "drop":
            self.server.mails.append(body)
        return answer

    def _say(self, line: str) -> None:
        self.wfile.write(line.encode() + b"\r\n")


@contextmanager
def mail_server() -> Iterator[MailServer]:
    """A running server on a free port."""
    with MailServer() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
