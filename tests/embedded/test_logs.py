"""Logs stay small, and their ends can be shown."""

from pathlib import Path

import pytest

from monitor.embedded import logs


def test_it_moves_only_large_logs_aside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "LARGEST", 10)
    (tmp_path / "web.log").write_text("0123456789!")
    (tmp_path / "work.log").write_text("0123456789")
    logs.trim(tmp_path)
    texts = {path.name: path.read_text() for path in tmp_path.iterdir()}
    assert texts == {"web.log": "", "web.log.1": "0123456789!", "work.log": "0123456789"}


def test_a_writer_goes_on_after_a_trim(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "LARGEST", 3)
    with (tmp_path / "web.log").open("ab", buffering=0) as writer:
        writer.write(b"long")
        logs.trim(tmp_path)
        writer.write(b"new")
    assert (tmp_path / "web.log").read_bytes() == b"new"


def test_it_shows_the_last_lines_of_this_start(tmp_path: Path) -> None:
    log = tmp_path / "web.log"
    log.write_text("before\n" + "".join(f"line {n}\n" for n in range(20)))
    shown = logs.tail(log, start=len("before\n")).splitlines()
    assert shown == [f"    line {n}" for n in range(8, 20)]
