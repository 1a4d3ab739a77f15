"""Pictures to upload. PHOTOGRAPHS may name a folder of more JPEGs, of which three are used."""

import io
import os
from pathlib import Path

from PIL import Image

OWN = Path(__file__).parents[1] / "payloads" / "pictures" / "retina.jpg"


def photographs() -> list[Path]:
    """Real photographs."""
    folder = os.environ.get("PHOTOGRAPHS", "")
    return [OWN, *(sorted(Path(folder).glob("*.jpg"))[:3] if folder else [])]


def new_picture() -> bytes:
    """A JPEG that nobody has ever uploaded: clouds and grain."""
    coarse = Image.effect_noise((6, 5), 160).resize((480, 400), Image.Resampling.BICUBIC)
    grain = Image.effect_noise((480, 400), 30)
    picture = Image.merge("RGB", (coarse, Image.blend(coarse, grain, 0.3), grain))
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=85)
    return buffer.getvalue()
