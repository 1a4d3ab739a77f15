"""Copies with something on top of them: watermarks, meme text, price stickers, other people's logos."""

from PIL import ImageDraw, ImageStat

from monitor.simulator.web.painting.job import Job, Picture
from monitor.simulator.web.painting.words import word, write_centred

MARKS = ("© pinned", "DEALS", "sample", "shop now", "preview")
MEMES = (
    ("NOBODY:", "ABSOLUTELY NOBODY:"),
    ("WHEN IT IS MONDAY", "BUT IT WAS ON SALE"),
    ("MY WALLET", "LEFT THE CHAT"),
    ("ONE DOES NOT SIMPLY", "BUY JUST ONE"),
)
STICKERS = ("-40 %", "SALE", "NEW", "2 for 1", "$19")
LOGOS = ("dealbarn", "bazaar", "PINMOOD", "loftly", "outlet")
INKS = ("#c8102e", "#e4572e", "#111111", "#0b6e4f")
VEIL = 0.45  # how much a watermark covers
LIGHT = 150  # mean brightness from which a watermark is black


def watermark(job: Job) -> Picture:
    """One word over and over, half transparent."""
    picture, text = job.copy(), job.random.choice(MARKS)
    ink = "black" if ImageStat.Stat(job.source.reduce(16).convert("L")).mean[0] > LIGHT else "white"
    step = max(24, job.side // 3)
    mask = word(text, step // 5).point([round(VEIL * value) for value in range(256)])
    for top in range(step // 3, job.size[1], step):
        picture.paste(ink, (round(job.random.uniform(0, step / 2)), top), mask)
        picture.paste(ink, (job.size[0] // 2, top + step // 2), mask)
    return picture


def meme(job: Job) -> Picture:
    """Two loud lines, above and below."""
    picture, lines = job.copy(), job.random.choice(MEMES)
    width, height = job.size
    size = min(width / 11, height / 7)
    for text, share in zip(lines, (0.09, 0.91), strict=True):
        write_centred(picture, text, (width / 2, height * share), size, "white", edge="black")
    return picture


def sticker(job: Job) -> Picture:
    """A round price sticker in one of the upper corners."""
    picture, radius = job.copy(), max(3, min(job.size) // 7)
    across = job.random.choice((radius * 1.25, job.size[0] - radius * 1.25))
    draw = ImageDraw.Draw(picture)
    draw.circle((across, radius * 1.25), radius, fill=job.random.choice(INKS))
    write_centred(picture, job.random.choice(STICKERS), (across, radius * 1.25), radius / 2, "white")
    return picture


def logo(job: Job) -> Picture:
    """A shop's own name on a plate in one of the lower corners."""
    picture, (width, height) = job.copy(), job.size
    across, down = width * 0.3, min(width, height) * 0.1
    left, top = job.random.choice((0.04 * width, 0.66 * width)), height - 1.5 * down
    draw = ImageDraw.Draw(picture)
    draw.rounded_rectangle((left, top, left + across, top + down), down / 4, fill=job.random.choice(INKS))
    write_centred(picture, job.random.choice(LOGOS), (left + across / 2, top + down / 2), down / 2, "white")
    return picture
