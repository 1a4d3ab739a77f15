"""What the tests of looking share."""

import pytest

from monitor import safefetch
from tests.pipeline.verifying.web import Web


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch) -> Web:
    made = Web()
    monkeypatch.setattr(safefetch, "fetch", made.fetch)
    return made
