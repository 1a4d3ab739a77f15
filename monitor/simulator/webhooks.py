"""Sending webhooks in the background: ten seconds for each, to this machine or to a host that is allowed."""

import gzip
import ipaddress
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Event, Thread
from time import monotonic
from typing import Any
from urllib.parse import quote, urlsplit

import httpx

from monitor.simulator.clock import wire_time
from monitor.simulator.dataforseo.collecting import finished_row
from monitor.simulator.dataforseo.envelope import envelope
from monitor.simulator.hooks import PINGBACK, POSTBACK, Hook
from monitor.simulator.parts import Parts
from monitor.simulator.tasks import Task

SENDERS = 8
LOOK_SECONDS = 0.1
LONGEST_ANSWER = 200
FAILED = 50000


class Webhooks:
    """The thread that looks for due webhooks while some are waiting, and its senders."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._stopped = Event()
        self._http = httpx.Client(trust_env=False)
        self._senders = ThreadPoolExecutor(SENDERS, thread_name_prefix="webhook")
        self._thread = Thread(target=self._run, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop once those that are on their way have been answered."""
        self._stopped.set()
        self._parts.hooks.planned.set()
        self._thread.join()
        self._senders.shutdown(cancel_futures=True)
        self._http.close()

    def _run(self) -> None:
        hooks = self._parts.hooks
        while hooks.planned.wait() and not self._stopped.is_set():
            hooks.planned.clear()
            while hooks.are_waiting() and not self._stopped.wait(LOOK_SECONDS):
                for hook in hooks.take(self._parts.clock.now()):
                    self._senders.submit(self._send, hook)

    def _send(self, hook: Hook) -> None:
        """One try; what fails is listed as an error, and a result that was not taken as ready."""
        parts = self._parts
        task = parts.tasks.find(hook.task_id)
        if task is None:
            return
        url = address_of(task, hook.kind)
        began = monotonic()
        status, words = self._call(task, hook.kind, url)
        is_delivered = 200 <= status < 300
        if not is_delivered:
            row = _error(task, hook.kind, url, status, words) | {"http_time": round(monotonic() - began, 2)}
            now = parts.clock.now()
            parts.hooks.note_error(now, hook.kind, {**row, "datetime": wire_time(now)})
            if hook.kind == POSTBACK:
                parts.tasks.show_ready(task, now)
        parts.hooks.end(hook, is_delivered=is_delivered)

    def _call(self, task: Task, kind: str, url: str) -> tuple[int, str]:
        """The status and the beginning of the answer; 0 where there was none."""
        settings = self._parts.dials.now
        if not _may_be_called(url, settings.webhook_hosts):
            return 0, "This host is not allowed"
        try:
            if kind == PINGBACK:
                answer = self._http.get(url, timeout=settings.webhook_timeout)
            else:
                body = gzip.compress(envelope([finished_row(self._parts, task)]).body, 1)
                headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
                answer = self._http.post(url, content=body, headers=headers, timeout=settings.webhook_timeout)
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            return 0, type(error).__name__
        return answer.status_code, answer.text[:LONGEST_ANSWER]


def address_of(task: Task, kind: str) -> str:
    """The address of a task's webhook with its id and tag in it; what has a meaning in addresses is escaped."""
    url = str(task.fields[kind])
    return url.replace("$id", task.id).replace("$tag", quote(task.tag, safe="")).replace("#", "%23")


def _may_be_called(url: str, allowed: Sequence[str]) -> bool:
    host = (urlsplit(url).hostname or "").lower()
    try:
        return host in ("localhost", *allowed) or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _error(task: Task, kind: str, url: str, status: int, words: str) -> dict[str, Any]:
    return {
        "id": task.id,
        "function": kind,
        "error_code": FAILED,
        "error_message": str(task.fields[kind]),
        "http_url": url,
        "http_method": "GET" if kind == PINGBACK else "POST",
        "http_code": status,
        "http_response": words,
    }
