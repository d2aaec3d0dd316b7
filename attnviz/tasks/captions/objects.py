"""Which of the objects in a photo a caption names. Objects are those of COCO (Lin et al. 2014), which people boxed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

Words = Sequence[str]

LEAST_AREA = 0.02  # of the photo: a smaller object need not be named

# The classes of COCO that go by other words too; all others go by their own name.
SYNONYMS: Mapping[str, tuple[str, ...]] = {
    "person": (
        *("man", "men", "woman", "women", "boy", "girl", "people", "child", "children", "kid", "toddler", "baby"),
        *("babies", "lady", "ladies", "guy", "player", "skier", "snowboarder", "surfer", "rider", "skateboarder"),
        *("biker", "cyclist", "crowd", "couple", "family", "friend", "team", "someone", "somebody"),
    ),
    "bicycle": ("bike", "cycle"),
    "car": ("vehicle", "automobile", "taxi", "cab", "suv", "van"),
    "motorcycle": ("motorbike", "bike", "scooter", "moped", "dirt bike"),
    "airplane": ("plane", "jet", "aircraft", "airliner", "aeroplane"),
    "bus": ("double decker", "coach"),
    "train": ("locomotive", "engine", "subway", "tram", "trolley"),
    "truck": ("lorry", "pickup", "van", "vehicle", "semi"),
    "boat": ("ship", "canoe", "kayak", "sailboat", "raft", "ferry", "yacht"),
    "traffic light": ("stoplight", "stop light", "traffic signal", "street light"),
    "fire hydrant": ("hydrant",),
    "stop sign": ("sign",),
    "parking meter": ("meter",),
    "bench": ("seat",),
    "bird": ("pigeon", "duck", "seagull", "gull", "parrot", "owl", "goose", "geese", "chicken", "swan", "eagle"),
    "cat": ("kitten", "kitty"),
    "dog": ("puppy", "puppies", "doggy"),
    "horse": ("pony", "ponies", "foal", "colt"),
    "sheep": ("lamb", "ram"),
    "cow": ("cattle", "bull", "calf", "calves", "ox", "oxen", "steer"),
    "bear": ("cub",),
    "umbrella": ("parasol",),
    "handbag": ("purse", "bag"),
    "backpack": ("bag", "knapsack", "rucksack"),
    "tie": ("necktie",),
    "suitcase": ("luggage", "bag"),
    "frisbee": ("disc", "disk"),
    "skis": ("ski", "skiing", "skier"),
    "snowboard": ("snowboarding", "snowboarder", "board"),
    "sports ball": ("ball", "football", "baseball", "basketball", "soccer ball", "tennis ball"),
    "baseball bat": ("bat",),
    "baseball glove": ("glove", "mitt"),
    "skateboard": ("skateboarding", "skateboarder", "board"),
    "surfboard": ("surfing", "surfer", "board"),
    "tennis racket": ("racket", "racquet"),
    "wine glass": ("glass", "glasses", "wine"),
    "cup": ("mug", "coffee", "tea", "drink"),
    "knife": ("knives",),
    "bowl": ("dish",),
    "sandwich": ("burger", "hamburger", "sub", "panini"),
    "hot dog": ("hotdog", "sausage"),
    "pizza": ("pie",),
    "donut": ("doughnut", "pastry", "pastries"),
    "cake": ("cupcake", "dessert"),
    "chair": ("seat", "stool", "armchair"),
    "couch": ("sofa", "loveseat"),
    "potted plant": ("plant", "flower", "houseplant"),
    "dining table": ("table", "desk"),
    "toilet": ("urinal", "commode"),
    "tv": ("television", "screen", "monitor"),
    "laptop": ("computer", "notebook"),
    "mouse": ("mice", "computer mouse"),
    "remote": ("remote control", "controller", "wii"),
    "keyboard": ("computer",),
    "cell phone": ("phone", "cellphone", "smartphone", "mobile"),
    "oven": ("stove", "range"),
    "refrigerator": ("fridge", "freezer"),
    "book": ("bookshelf", "bookcase"),
    "vase": ("jar", "pot"),
    "teddy bear": ("bear", "teddy", "stuffed animal", "toy"),
    "hair drier": ("hair dryer", "dryer"),
}


@dataclass(frozen=True)
class Object:
    """An object in a photo. name: COCO's class. area: the share of the photo that its box takes. crowd: whether the box
    holds many of them."""

    name: str
    area: float
    crowd: bool


def named(caption: Words, name: str) -> bool:
    """Whether a caption has the name of a class or one of its synonyms, as one or as many."""
    text = f" {' '.join(caption)} "
    return any(f" {word}{plural} " in text for word in (name, *SYNONYMS.get(name, ())) for plural in ("", "s", "es"))


def objects_named(captions: Iterable[Words], objects: Iterable[Sequence[Object]]) -> dict[str, float | None]:
    """How many objects the photos have, `n`, and which share of them the photo's caption names, `named`.

    Crowds and what takes less than LEAST_AREA of its photo are left out.
    """
    told = [
        named(caption, found.name)
        for caption, there in zip(captions, objects, strict=True)
        for found in there
        if not found.crowd and found.area >= LEAST_AREA
    ]
    return {"n": len(told), "named": round(sum(told) / len(told), 4) if told else None}
