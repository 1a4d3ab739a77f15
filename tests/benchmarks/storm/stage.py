"""What is watched in a storm: one demo workspace with pictures of its own, made before the app is started."""

import io
import random
from datetime import UTC, datetime
from pathlib import Path

from django.core.management import call_command
from django.db import connection
from PIL import Image

from accounts.models import Membership, Role, User, Workspace
from monitor.models import Collection, Follow
from monitor.pipeline import watching
from tests import environment
from tests.system.running import EMAIL, PASSWORD

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
TILES, SIDE = 8, 320
BUDGET = 1_000_000


def prepare(n_images: int, seed: int) -> Path:
    """Fills a database for `up` and stops its server again; returns the data folder."""
    environment.start_server()
    call_command("migrate", verbosity=0)
    collection = _collection()
    for number in range(n_images):
        watching.watch(collection, _picture(seed, number), title=f"Picture {number}", user=None)
    connection.close()
    environment.server.stop()
    return environment.DATA_DIR


def _collection() -> Collection:
    """Never planned by itself; a person follows it and wants mail after each run."""
    workspace = Workspace.objects.create(
        name="Storm", is_demo=True, monthly_budget=BUDGET, budget_confirmed_at=LONG_AGO
    )
    person = User.objects.create_user(EMAIL, PASSWORD)
    Membership.objects.create(user=person, workspace=workspace, role=Role.OWNER)
    collection = watching.make_collection(workspace, "Storm", person, LONG_AGO)
    Collection.objects.filter(pk=collection.pk).update(next_run_at=None)
    Follow.objects.update(frequency=Follow.Frequency.EACH_RUN, since=LONG_AGO)
    return collection


def _picture(seed: int, number: int) -> bytes:
    """Coloured tiles, others for each seed and number."""
    dice = random.Random(f"{seed} {number}")
    tiles = Image.frombytes("RGB", (TILES, TILES), dice.randbytes(TILES * TILES * 3))
    buffer = io.BytesIO()
    tiles.resize((SIDE, SIDE), Image.Resampling.BICUBIC).save(buffer, "JPEG", quality=85)
    return buffer.getvalue()
