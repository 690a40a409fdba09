"""What `manage.py seed` puts into an empty shop."""

CATEGORIES = [
    {"slug": "table", "name": "Table", "description": "Stoneware and wood for slow meals."},
    {"slug": "cloth", "name": "Cloth", "description": "Wool, linen and cotton that soften."},
    {"slug": "light", "name": "Light", "description": "For the hour after the sun has gone."},
    {"slug": "desk", "name": "Desk & sill", "description": "Paper, pencils and something green."},
]

PRODUCTS = [
    {
        "slug": "harbour-mug",
        "name": "Harbour mug",
        "category": "table",
        "price": "24.00",
        "stock": 64,
        "is_featured": True,
        "summary": "Thrown stoneware with a glaze the colour of deep water.",
        "description": "Holds a generous 350 ml and keeps it warm. The handle fits three fingers, "
        "the foot is left unglazed so that you can feel the clay. Safe in the dishwasher, though "
        "it likes being washed by hand.",
    },
    {
        "slug": "marsh-teapot",
        "name": "Marsh teapot",
        "category": "table",
        "price": "58.00",
        "stock": 18,
        "is_featured": True,
        "summary": "A round-bellied teapot for two and a half cups.",
        "description": "The spout pours without a drip, the lid stays on when you tilt it, and "
        "the strainer inside is part of the wall. One litre, glazed in moss green.",
    },
    {
        "slug": "ripple-bowl",
        "name": "Ripple bowl",
        "category": "table",
        "price": "32.00",
        "stock": 41,
        "is_featured": False,
        "summary": "A wide bowl with rings that the potter's finger left.",
        "description": "For soup, for salad, for keys by the door. Each one is a little "
        "different, as the rings are drawn while the wheel turns.",
    },
    {
        "slug": "olive-board",
        "name": "Olive board",
        "category": "table",
        "price": "42.00",
        "stock": 23,
        "is_featured": False,
        "summary": "Cut from one piece of olive wood, oiled by hand.",
        "description": "The grain runs the whole length, so no two are alike. Wipe it, dry it, "
        "and give it a drop of oil in spring.",
    },
    {
        "slug": "estuary-blanket",
        "name": "Estuary blanket",
        "category": "cloth",
        "price": "120.00",
        "stock": 9,
        "is_featured": True,
        "summary": "Lambswool in the stripes of sand, reed and low tide.",
        "description": "Woven on old looms from undyed and plant-dyed wool. 140 × 190 cm: big "
        "enough for two people on one sofa.",
    },
    {
        "slug": "linen-cushion",
        "name": "Linen cushion",
        "category": "cloth",
        "price": "48.00",
        "stock": 30,
        "is_featured": False,
        "summary": "Stonewashed linen with a wool filling.",
        "description": "50 × 50 cm, with a hidden zip. The linen is washed before it is sewn, so "
        "it does not shrink and feels soft from the first day.",
    },
    {
        "slug": "waffle-towel",
        "name": "Waffle towel",
        "category": "cloth",
        "price": "28.00",
        "stock": 52,
        "is_featured": False,
        "summary": "Cotton in a deep waffle that dries quickly.",
        "description": "70 × 140 cm, with a loop to hang it by. It looks flat on the shelf and "
        "grows after the first wash.",
    },
    {
        "slug": "heron-lamp",
        "name": "Heron lamp",
        "category": "light",
        "price": "140.00",
        "stock": 7,
        "is_featured": True,
        "summary": "A reading lamp that stands on one leg.",
        "description": "Powder-coated steel and a brass joint. The shade turns all the way round, "
        "the light is warm and can be dimmed. LED bulb included.",
    },
    {
        "slug": "beeswax-candle",
        "name": "Beeswax candle",
        "category": "light",
        "price": "18.00",
        "stock": 80,
        "is_featured": False,
        "summary": "Pure wax, forty hours, and a smell of summer.",
        "description": "Poured into a cup of stoneware that is yours to keep. The wax comes from "
        "two beekeepers whose names are on the label.",
    },
    {
        "slug": "field-notebook",
        "name": "Field notebook",
        "category": "desk",
        "price": "14.00",
        "stock": 120,
        "is_featured": False,
        "summary": "Lies flat, fits a coat pocket, takes ink.",
        "description": "96 pages of 100 g paper, thread-sewn, with a dot grid as pale as it can "
        "be. The cover is recycled cotton.",
    },
    {
        "slug": "cedar-pencils",
        "name": "Cedar pencils",
        "category": "desk",
        "price": "12.00",
        "stock": 95,
        "is_featured": False,
        "summary": "Six pencils, HB, unlacquered.",
        "description": "You can smell the cedar when you sharpen them. Wrapped in a band of paper "
        "and nothing else.",
    },
    {
        "slug": "window-fern",
        "name": "Window fern",
        "category": "desk",
        "price": "36.00",
        "stock": 0,
        "is_featured": False,
        "summary": "A fern in a terracotta pot, for a north-facing sill.",
        "description": "Grown nearby and sent in its pot, which breathes. Water it when the top "
        "of the soil is dry; it forgives a forgotten week.",
    },
]

REVIEWS = [
    ("harbour-mug", "Ines", 5, "The first mug I reach for. The glaze is even deeper in daylight."),
    ("harbour-mug", "Tom", 4, "Lovely and heavy. I would have taken a slightly larger handle."),
    ("harbour-mug", "Aylin", 5, "Bought one, came back for three."),
    ("marsh-teapot", "Ruth", 5, "It really does not drip."),
    ("marsh-teapot", "Mikael", 5, "A quiet thing that makes the table look better."),
    ("ripple-bowl", "Jonas", 4, "Smaller than I thought, but the rings are beautiful."),
    ("olive-board", "Chiara", 5, "Smells of olive wood when it is warm. Bread looks right on it."),
    ("estuary-blanket", "Hanna", 5, "We fight over it. We now have two."),
    ("estuary-blanket", "Per", 5, "Warm without being heavy, and the colours are calm."),
    ("linen-cushion", "Sofia", 4, "Soft at once. The colour is a little darker than on my screen."),
    ("waffle-towel", "Noor", 5, "Dries before I am back from work."),
    ("heron-lamp", "Elias", 5, "The joint moves with one finger and stays where I leave it."),
    ("heron-lamp", "Maud", 4, "Beautiful light. The cable could be longer."),
    ("beeswax-candle", "Femke", 5, "Our kitchen smells of honey."),
    ("field-notebook", "Ben", 5, "Fountain pen, no bleed. At last."),
    ("cedar-pencils", "Lucia", 4, "Honest pencils. They wear quickly, as soft wood does."),
]

CUSTOMERS = [
    {
        "name": "Ines Moreau",
        "email": "ines@example.com",
        "street": "Rue des Saules 12",
        "postcode": "1050",
        "city": "Brussels",
    },
    {
        "name": "Tom Whitfield",
        "email": "tom@example.com",
        "street": "4 Tidewater Lane",
        "postcode": "PL8 1AB",
        "city": "Plymouth",
    },
    {
        "name": "Aylin Kaya",
        "email": "aylin@example.com",
        "street": "Uferweg 31",
        "postcode": "20457",
        "city": "Hamburg",
    },
    {
        "name": "Mikael Sand",
        "email": "mikael@example.com",
        "street": "Strandgata 7",
        "postcode": "5003",
        "city": "Bergen",
    },
]
