"""Word lists of our own, from which pairs are made that differ in one thing, see `changes`.

Every list says how its words exclude, mean or include each other in the caption of one photo; they hold words whose
relation leaves no doubt there. (The antonyms and synonyms of PPDB and WordNet were looked through for them and not
taken as they are: they hold front and back, break and doctor, millions and billions.)
"""

from collections.abc import Iterable


def _pairs(text: str) -> list[tuple[str, str]]:
    """Entries like "old/young", parted by blanks."""
    return [(first, second) for first, second in (entry.split("/") for entry in text.split())]


NUMBERS = "two three four five six seven eight nine ten".split()
DIGITS = dict(zip(NUMBERS, "2 3 4 5 6 7 8 9 10".split(), strict=True))
ORDINALS = "first second third fourth fifth sixth seventh eighth ninth tenth".split()
ORDINAL_DIGITS = dict(zip(ORDINALS, "1st 2nd 3rd 4th 5th 6th 7th 8th 9th 10th".split(), strict=True))

COLOURS = "red blue green yellow black white brown pink purple orange gray".split()
# Two of these may be said of one thing by two people, or the words are one.
NEAR_COLOURS = {
    frozenset(pair) for pair in _pairs("red/pink red/orange orange/yellow pink/purple brown/orange gray/black")
} | {frozenset(pair) for pair in _pairs("gray/white blue/purple red/brown blue/green gray/blue red/purple")}

# Groups of words that exclude each other where one thing is told. Before the colon: the words of which one must stand
# shortly before, where it is not plain without.
_EXCLUSIVE = """
: dog cat horse cow sheep goat pig monkey bear elephant lion tiger rabbit duck chicken parrot camel
: dogs cats horses cows goats pigs monkeys bears elephants lions tigers rabbits ducks chickens parrots camels
play playing plays : guitar piano violin drums accordion saxophone trumpet flute cello harp banjo harmonica trombone
play playing plays : soccer tennis basketball baseball hockey golf volleyball rugby cricket badminton chess poker
ride riding rides : bicycle horse motorcycle scooter skateboard camel elephant unicycle donkey
drink drinking drinks sipping : coffee tea beer wine water milk juice lemonade soda
eat eating eats : sandwich pizza apple banana salad soup cake sushi rice watermelon popcorn
in : kitchen bathroom bedroom garage attic classroom
in at : church library supermarket hospital gym museum theater bakery zoo airport
in : pool lake river ocean
in : forest desert city
on : bench couch bed stool rock swing
on : bus train boat plane
on : guitar piano violin accordion saxophone trumpet flute cello harp banjo
is are : sitting standing walking running swimming crawling kneeling
is are : skiing surfing skateboarding swimming rowing bowling juggling
is are : sleeping dancing cooking fishing swimming skiing
"""
EXCLUSIVE = [
    (frozenset(before.split()), tuple(words.split()))
    for before, words in (line.split(":") for line in _EXCLUSIVE.strip().splitlines())
]
MATERIALS = "wooden metal plastic stone brick glass leather".split()

# Opposites in whatever they are said of, of persons alone, and of things that are no persons.
OPPOSITES = _pairs(
    "large/small big/small big/tiny large/tiny wet/dry hot/cold clean/dirty open/closed happy/sad male/female "
    "inside/outside indoors/outdoors upstairs/downstairs asleep/awake upward/downward loud/quiet noisy/quiet "
    "narrow/wide shallow/deep thick/thin quickly/slowly sunny/rainy calm/rough rural/urban smooth/rough above/below "
    "with/without man/woman boy/girl men/women boys/girls entering/leaving opening/closing pushing/pulling "
    "laughing/crying smiling/frowning buying/selling winning/losing rising/falling ascending/descending north/south "
    "expensive/cheap sharp/blunt rich/poor strong/weak tidy/messy daytime/nighttime"
)
OPPOSITES_OF_PERSONS = _pairs(
    "old/young elderly/young tall/short fat/thin happy/sad blond/brunette older/younger taller/shorter "
    "bearded/beardless overweight/skinny excited/bored"
)
OPPOSITES_OF_THINGS = _pairs("old/new old/modern long/short high/low full/empty soft/hard bright/dark")
# These may be verbs or adverbs too: their opposite is meant before a noun, or alone after "is".
SOMETIMES_VERBS = frozenset("open clean dry wet calm smooth wide".split())
OF_ONE_SEX = frozenset(word for pair in _pairs("man/woman boy/girl men/women boys/girls male/female") for word in pair)

SYNONYMS = _pairs(
    "couch/sofa kids/children kid/child photo/picture photos/pictures photograph/picture cab/taxi tv/television "
    "lady/woman ladies/women guy/man guys/men infant/baby mom/mother dad/father automobile/car rug/carpet "
    "jumping/leaping chatting/talking speaking/talking beneath/under underneath/under small/little big/large "
    "fixing/repairing purchasing/buying observing/watching someone/somebody bunny/rabbit trousers/pants "
    "motorcycle/motorbike firefighter/fireman firefighters/firemen garbage/trash attempting/trying toward/towards "
    "hugging/embracing smiling/grinning shouting/yelling instructing/teaching phone/telephone purse/handbag "
    "backpack/rucksack gray/grey colorful/colourful joyful/happy woods/forest ocean/sea policeman/cop "
    "dragging/pulling amid/among beautiful/pretty spectators/onlookers sprinting/dashing tossing/throwing "
    "grabbing/seizing quickly/rapidly weeping/crying cheerful/happy"
)

# The narrower word first.
KINDS_OF = _pairs(
    "man/person woman/person boy/child girl/child boy/kid girl/kid child/person men/people women/people boys/children "
    "girls/children boys/kids girls/kids children/people toddler/child lady/person guy/person dog/animal cat/animal "
    "horse/animal cow/animal goat/animal elephant/animal bear/animal monkey/animal dogs/animals horses/animals "
    "cows/animals poodle/dog terrier/dog puppy/dog greyhound/dog bulldog/dog collie/dog dachshund/dog kitten/cat "
    "parrot/bird pigeon/bird duck/bird seagull/bird eagle/bird ducks/birds pigeons/birds car/vehicle truck/vehicle "
    "bus/vehicle motorcycle/vehicle cars/vehicles trucks/vehicles guitar/instrument violin/instrument piano/instrument "
    "accordion/instrument trumpet/instrument saxophone/instrument flute/instrument cello/instrument "
    "guitars/instruments violins/instruments rose/flower tulip/flower roses/flowers apple/fruit banana/fruit "
    "hammer/tool shovel/tool surfer/person skier/person cyclist/person doctor/person nurse/person teacher/person "
    "soldier/person soldiers/people guitarist/musician drummer/musician violinist/musician musician/person "
    "musicians/people mother/woman father/man bride/woman groom/man grandmother/woman waitress/woman "
    "kitchen/room bedroom/room bathroom/room classroom/room church/building library/building "
    "jogging/running sprinting/running strolling/walking whispering/talking pizza/food sushi/food rice/food "
    "shirt/garment jacket/garment sweater/garment coat/garment dress/garment cellphone/phone"
)
# With one of these in a caption beside the wider word, the narrower one can be guessed.
TELLING = frozenset(
    "barking barks bark leash leashed collar fetch meowing pregnant bearded beard mustache shaving shaves bra "
    "bikini gown dress skirt skirts ponytail pigtails heels pink makeup lipstick shirtless strumming strums bow "
    "bouquet wedding saddle saddled pedaling driver drivers surfboard surfing surfs skis skiing bicycle patient "
    "patients sink stove toilet sunroof he his him she her hers himself herself mother father mom dad".split()
)
# And with one of these, this one.
_TELLING_OF = """
drummer : drum drums drumming
guitarist : guitar guitars
violinist : violin violins
musician musicians : guitar guitars violin violins drum drums piano instrument instruments music band song
cyclist : bike bikes bicycles cycling
surfer : wave waves surf
skier : ski slope
teacher : teaching teaches class classroom student students
bride : groom
groom : bride
classroom : student students teacher
"""
TELLING_OF = {
    word: frozenset(others.split())
    for words, others in (line.split(":") for line in _TELLING_OF.strip().splitlines())
    for word in words.split()
}

PEOPLE = frozenset(
    "man woman boy girl person child kid lady guy men women boys girls people children kids ladies guys couple "
    "gentleman teenager teenagers adult adults toddler worker workers musician musicians soldier soldiers player "
    "players student students".split()
)
ALREADY_YOUNG = frozenset("boy girl child kid boys girls children kids toddler baby lady ladies".split())
ADJECTIVES = (
    "young old tall happy tired bearded bald blond elderly large small big little wooden empty busy dirty wet "
    "colorful beautiful striped shiny metal plastic long heavy muddy snowy sunny crowded narrow wide round pretty "
    "smiling shirtless barefoot tattooed muscular"
).split()

# City, its country.
CITIES = _pairs(
    "Paris/France London/England Rome/Italy Berlin/Germany Madrid/Spain Tokyo/Japan Beijing/China Moscow/Russia "
    "Cairo/Egypt Toronto/Canada Sydney/Australia Dublin/Ireland Lisbon/Portugal Athens/Greece Vienna/Austria "
    "Delhi/India Istanbul/Turkey Nairobi/Kenya Lima/Peru Havana/Cuba Oslo/Norway Stockholm/Sweden Warsaw/Poland "
    "Budapest/Hungary Amsterdam/Holland Bangkok/Thailand Seoul/Korea Hanoi/Vietnam Lagos/Nigeria Helsinki/Finland "
    "Brussels/Belgium Lyon/France Naples/Italy Munich/Germany Barcelona/Spain Osaka/Japan Shanghai/China "
    "Montreal/Canada Mumbai/India Manchester/England"
)
# A nationality, and the continent of those who have it.
NATIONALITIES = _pairs(
    "French/European Spanish/European Italian/European German/European Dutch/European Swedish/European Polish/European "
    "Irish/European Greek/European Norwegian/European Portuguese/European Hungarian/European Finnish/European "
    "Danish/European Austrian/European Belgian/European Chinese/Asian Japanese/Asian Korean/Asian Indian/Asian "
    "Vietnamese/Asian Thai/Asian Kenyan/African Nigerian/African Egyptian/African Moroccan/African Ethiopian/African"
) + [(word, "") for word in "Mexican Brazilian Canadian American Australian Cuban Peruvian Turkish Russian".split()]
ORIGINS = frozenset(word.lower() for pair in NATIONALITIES for word in pair if word) | frozenset(
    "hispanic caucasian oriental british arab arabic jewish amish english scottish".split()
)

# Phrases that tell when, in groups of which one excludes the others.
TIMES = [
    tuple(f"{before} {word}" for word in words.split())
    for before, words in (
        ("on", "Monday Tuesday Wednesday Thursday Friday Saturday Sunday"),
        ("in", "January February March April May June July August September October November December"),
        ("in", "winter summer spring autumn"),
        ("in the", "morning afternoon evening"),
        ("at", "noon midnight dawn dusk"),
    )
]

# Who does something to whom, and what.
HUMANS = (
    "man woman boy girl teacher student doctor nurse farmer clown soldier policeman chef waiter singer painter "
    "dancer sailor tourist king queen"
).split()
ANIMALS = "dog cat horse cow goat monkey bear lion pig rabbit duck fox".split()
SIZES = ("", "", "", "small", "large", "young", "old")
DOINGS = _pairs(
    "chasing/chased carrying/carried pushing/pushed pulling/pulled lifting/lifted following/followed leading/led "
    "washing/washed dragging/dragged rescuing/rescued attacking/attacked feeding/fed biting/bitten hunting/hunted"
)
HUMAN_DOINGS = _pairs(
    "interviewing/interviewed teaching/taught serving/served paying/paid scolding/scolded examining/examined "
    "arresting/arrested photographing/photographed bandaging/bandaged blindfolding/blindfolded"
)
ONE_SIDED = "watching|looking at|pointing at|waving at|smiling at|listening to|staring at|thinking of".split("|")
TOGETHER = (
    "dancing with|talking with|standing next to|sitting beside|wrestling with|arguing with|shaking hands with|"
    "walking with|playing chess with|lying beside|singing with|eating with"
).split("|")
PLACED = [("in front of", "behind"), ("above", "below"), ("to the left of", "to the right of")]
COMPARED = _pairs(
    "taller/shorter older/younger faster/slower bigger/smaller stronger/weaker heavier/lighter richer/poorer"
)
SCENES = ("", "", "in the park", "on the street", "near a house", "in a field", "on the beach", "in the yard")

# What an ordinal stands in: where it may be left out, and where it may not.
ORDINAL_SUBJECTS = (
    "The runner|A man|A woman|The boy|The girl|A young man|An old woman|The student|A child|The cyclist|A tall man|"
    "The woman in a hat"
).split("|")
COUNTED = (
    "is celebrating a {} birthday with friends .|is running a {} lap .|is eating a {} sandwich .|"
    "is waiting for a {} bus .|is reading a {} letter .|is painting a {} fence ."
).split("|")
RANKED = (
    "finished the race in {} place .|is waiting on the {} floor of the building .|"
    "is sitting in the {} row of the theater .|is in the {} grade .|is reading the {} chapter of the book .|"
    "is standing {} in line .|lives in the {} house on the street .|is trying a {} time ."
).split("|")


def partners(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """For each word of the pairs, the others that it is paired with, whichever comes first."""
    found: dict[str, list[str]] = {}
    for first, second in pairs:
        found.setdefault(first, []).append(second)
        found.setdefault(second, []).append(first)
    return found
