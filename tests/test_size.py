"""The law of size: small files and small functions, so that any part can be read at one sitting."""

import ast
from collections.abc import Iterator
from pathlib import Path
from statistics import median, quantiles

ROOT = Path(__file__).parent.parent
MOST_LINES = 400
LONGEST_FUNCTION, TENTH_LONGEST, MIDDLE_FUNCTION = 60, 27, 8


def sources(*folders: str) -> Iterator[Path]:
    for folder in folders:
        yield from (p for p in (ROOT / folder).rglob("*.py") if "migrations" not in p.parts)


def lengths(path: Path) -> dict[str, int]:
    """Lines of each function of a file."""
    nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    functions = (node for node in nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    return {f"{path.name}:{node.name}": (node.end_lineno or 0) - node.lineno + 1 for node in functions}


def test_no_file_is_longer_than_the_law() -> None:
    long = {
        p.name: n
        for p in sources("accounts", "monitor", "tests")
        if (n := len(p.read_text().splitlines())) > MOST_LINES
    }
    assert not long


def test_functions_are_short() -> None:
    found = {name: n for path in sources("accounts", "monitor") for name, n in lengths(path).items()}
    assert not {name: n for name, n in found.items() if n > LONGEST_FUNCTION}
    assert median(found.values()) <= MIDDLE_FUNCTION
    assert quantiles(found.values(), n=10)[-1] <= TENTH_LONGEST


def test_views_are_under_twenty_lines() -> None:
    found = {
        name: n for path in sources("accounts/views", "monitor/views") for name, n in lengths(path).items()
    }
    assert not {name: n for name, n in found.items() if n >= 20}
