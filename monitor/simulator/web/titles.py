"""What the pages of the simulated web are called, worded so that each fits any picture."""

from collections.abc import Mapping, Sequence

from monitor.simulator.web.sites import Site

OWN_PAGES = (
    ("/collection/", "The full collection | Halden"),
    ("/journal/behind-the-picture", "Journal: behind the picture | Halden"),
)

_TITLES: Mapping[str, Mapping[str, Sequence[str]]] = {
    "shop": {
        "en": (
            "New arrivals, minus 40 %",
            "Bestsellers under $50",
            'Customers call it "the one I kept"',
            "Just in: small batch, ships today",
            "Last pieces – free delivery 🚚",
            "As seen online ✨ limited stock",
        ),
        "de": (
            "Neu eingetroffen: unsere Lieblinge",
            "Sale: bis zu 40 % reduziert",
            "„Sofort verliebt“ – Kundinnen empfehlen",
            "Geschenke, die bleiben",
        ),
        "fr": (
            "Nouveautés de la semaine",
            "Les pièces qu’on adore, à petit prix",
            "Soldes : dernière démarque",
            "Coup de cœur 💛 livraison offerte",
        ),
        "it": ("Novità della settimana", "Saldi: ultimi pezzi", "I più amati, spedizione gratuita"),
        "ru": (
            "Новинки недели, ручная работа",
            "Скидки до 40 % только сегодня",
            "Хит продаж – доставка по всей стране",
            "«Лучший подарок» – выбор покупателей",
        ),
    },
    "market": {
        "en": (
            "Brand new, never used, fast shipping",
            "Lot of 3 – great condition",
            "Same style, lower price 🔥",
            "Inspired by the original | factory price",
            'Rare find, "like new", with box',
        ),
        "de": ("Wie neu, Versand möglich", "Schnäppchen! Nur Abholung", "Restposten, Originalverpackung"),
        "fr": ("Très bon état, envoi rapide", "Lot de 2, neuf avec étiquette"),
        "ru": ("Как новый, торг уместен", "Оптом и в розницу, низкие цены", "Ручная работа на заказ"),
    },
    "blog": {
        "en": (
            "Gift guide: 24 ideas under $30",
            "What we are saving for this month",
            'The quiet trend everybody calls "soft minimal"',
            "10 small things that change a room",
            "Sunday links: objects, colours, mornings ☕",
            "Our editors’ wish list",
        ),
        "de": ("Ideen für ein ruhiges Zuhause", "Fundstücke der Woche", "12 Geschenke mit Stil 🎁"),
        "fr": ("Nos trouvailles du dimanche", "Inspiration : 15 idées toutes douces"),
        "it": ("Le scoperte della settimana", "Idee regalo per ogni stagione"),
        "ru": ("Идеи недели: уют в деталях", "Что подарить: 20 вариантов", "Находки редакции ✨"),
    },
    "pins": {
        "en": (
            "Pin: shelf ideas",
            "Mood board 🤍 calm tones",
            "Saved to: someday",
            "Inspo dump #27",
            "Aesthetic finds | 1.2k saves",
        ),
        "ru": ("Подборка: спокойные тона", "Идеи на каждый день 🌿", "Сохранено в «Хочу»"),
    },
    "prints": {
        "en": (
            "Art print, A3, matte paper",
            "Canvas wall art, ready to hang",
            "Printable download – 5 sizes",
            'Poster 24" x 36", thick paper',
            "Free background, no sign-up",
        ),
        "de": ("Kunstdruck A3, mattes Papier", "Leinwandbild, fertig gerahmt"),
    },
    "forum": {
        "en": (
            "Does anybody know where this is from?",
            "[Help] Real or a copy?",
            'Show yours – "today’s haul" thread',
            "Is this seller trustworthy?",
        ),
        "de": ("Weiß jemand, woher das stammt?", "Original oder Fälschung?"),
        "ru": ("Кто знает, где это купить?", "Оригинал или копия? Помогите"),
    },
}
_SNIPPETS: Mapping[str, Sequence[str]] = {
    "en": (
        "A small selection of things we keep coming back to.",
        "In stock. Ships within two days, returns within thirty.",
        "Posted by a member; 14 people liked this.",
        'One reader wrote: "exactly as in the picture".',
    ),
    "de": ("Auf Lager, in zwei Tagen bei Ihnen.", "Unsere Auswahl der Woche – mit Liebe zusammengestellt."),
    "fr": ("En stock, livraison en deux jours.", "Une sélection toute douce de la rédaction."),
    "it": ("Disponibile, spedizione in due giorni.", "Una piccola selezione della redazione."),
    "ru": ("В наличии, отправка за два дня.", "Подборка редакции: вещи, к которым хочется вернуться."),
}
BLOCK_TITLES = ("Similar styles to explore", "Found on boards and in shops", "Ideas in the same mood")


def title_of(site: Site, number: int) -> str:
    """One of the titles that fit the site."""
    titles = _TITLES[site.kind].get(site.language) or _TITLES[site.kind]["en"]
    return f"{titles[number % len(titles)]}{_ending(site, number)}"


def snippet_of(site: Site, number: int) -> str:
    """A sentence from the page, in its language."""
    snippets = _SNIPPETS[site.language]
    return snippets[number % len(snippets)]


def _ending(site: Site, number: int) -> str:
    return (f" | {site.name}", f" – {site.name}", "")[number // 7 % 3]
