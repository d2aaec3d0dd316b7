"""Sentence pairs of our own for what small models get wrong: *ne … que*, *manquer*, *plaire*, times, telephone numbers
and names. They are made from templates and lists, always the same ones."""

import re
from collections.abc import Callable, Iterator
from itertools import product

import numpy as np

from attnviz.tasks.translation.corpus import Pair

NAME = "constructions"
EACH = 700  # at most so many pairs of each construction
SEED = 1

Both = tuple[str, str]  # French and English


def pairs() -> list[Pair]:
    """The pairs of all constructions, always the same ones."""
    made = []
    for name, maker in CONSTRUCTIONS.items():
        chance = np.random.default_rng((SEED, len(name), *name.encode()))
        found = list(dict.fromkeys(maker(chance)))
        kept = (found[i] for i in sorted(chance.permutation(len(found))[:EACH]))
        made += [Pair(f"{name}-{i}", french, english) for i, (french, english) in enumerate(kept)]
    return made


def _lines(text: str) -> list[Both]:
    """French and English, parted by a bar, a pair each line."""
    rows = (line.split("|") for line in text.strip().splitlines())
    return [(french.strip(), english.strip()) for french, english in rows]


# ne … que

# Who: the verb's form in French, and whether English takes the form of "he".
_WHO = [
    (("Je", "I"), 0, False),
    (("Tu", "You"), 1, False),
    (("Il", "He"), 2, True),
    (("Elle", "She"), 2, True),
    (("Nous", "We"), 3, False),
    (("Vous", "You"), 4, False),
    (("Ils", "They"), 5, False),
    (("Paul", "Paul"), 2, True),
    (("Claire", "Claire"), 2, True),
    (("Mon frère", "My brother"), 2, True),
    (("Ma tante", "My aunt"), 2, True),
    (("Les enfants", "The children"), 5, False),
    (("Mes parents", "My parents"), 5, False),
]
_VERBS = """
bois bois boit buvons buvez boivent | drink drinks | de l'eau=water; du thé=tea; du café=coffee; du lait=milk
mange manges mange mangeons mangez mangent | eat eats | du pain=bread; des légumes=vegetables; du riz=rice
lis lis lit lisons lisez lisent | read reads | des romans=novels; des poèmes=poems; le journal=the newspaper
parle parles parle parlons parlez parlent | speak speaks | français=French; anglais=English; espagnol=Spanish
achète achètes achète achetons achetez achètent | buy buys | des livres=books; des produits locaux=local products
porte portes porte portons portez portent | wear wears | du noir=black; des vêtements gris=gray clothes
écoute écoutes écoute écoutons écoutez écoutent | listen listens | du jazz=to jazz; de la musique=to music
ai as a avons avez ont | have has | dix euros=ten euros; un frère=one brother; deux chambres=two bedrooms
vois vois voit voyons voyez voient | see sees | des nuages=clouds; une solution=one solution
veux veux veut voulons voulez veulent | want wants | dormir=to sleep; la paix=peace; un verre d'eau=a glass of water
"""


def _only(_: np.random.Generator) -> Iterator[Both]:
    for line in _VERBS.strip().splitlines():
        french, english, what = (part.strip() for part in line.split("|"))
        forms, (many, one) = french.split(), english.split()
        for ((qui, who), form, third), said in product(_WHO, what.split("; ")):
            quoi, things = said.split("=")
            ne = "n'" if forms[form][0] in "aeiouéèêh" else "ne "
            yield (
                f"{qui} {ne}{forms[form]} que {_elided(quoi)}.".replace("que '", "qu'"),
                (f"{who} only {one if third else many} {things}."),
            )


def _elided(french: str) -> str:
    """What stands after "que": before a vowel this is "qu'"."""
    return f"'{french}" if french[0] in "aeiouéèêh" else french


# manquer and plaire: who feels it is the object in French and the subject in English

_FEELS = [("me", "I"), ("te", "you"), ("nous", "we"), ("vous", "you"), ("leur", "they")]
_ONE = _lines("""
Ma sœur | my sister
Mon père | my father
Mon chien | my dog
Ma ville | my town
Son sourire | his smile
Cette maison | this house
La mer | the sea
Le soleil | the sun
Ce jardin | this garden
Pierre | Pierre
Camille | Camille
""")
_MANY = _lines("""
Mes amis | my friends
Tes lettres | your letters
Les vacances | the holidays
Nos voisins | our neighbors
Les montagnes | the mountains
""")
_PLEASING = _lines("""
Ce film | this film
Cette chanson | this song
Ton idée | your idea
Sa robe | her dress
Le concert | the concert
Ce quartier | this neighborhood
La nouvelle maison | the new house
Votre jardin | your garden
Ce travail | this job
Le gâteau | the cake
""")
_PLEASING_MANY = _lines("""
Ces chaussures | these shoes
Tes photos | your photos
Les fleurs | the flowers
Ces couleurs | these colors
Ses histoires | his stories
""")
_NAMED = ["Paul", "Claire", "Julien", "Sophie", "Nicolas", "Émilie", "Antoine", "Laura"]


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]


def _before_vowel(clitic: str) -> str:
    """The clitic as it stands before "a" and "ont": "m'", "t'", "lui "."""
    return f"{clitic[0]}'" if clitic in ("me", "te") else f"{clitic} "


def _missing(_: np.random.Generator) -> Iterator[Both]:
    for clitic, who in _FEELS:
        subject, before = _capital(who), _before_vowel(clitic)
        for many, things in ((False, _ONE), (True, _MANY)):
            for quoi, what in things:
                ont, present = ("ont", "manquent") if many else ("a", "manque")
                yield f"{quoi} {clitic} {present}.", f"{subject} miss {what}."
                yield f"{quoi} {clitic} {present} beaucoup.", f"{subject} miss {what} a lot."
                yield f"{quoi} ne {clitic} {present} pas.", f"{subject} don't miss {what}."
                yield f"{quoi} {before}{ont} manqué.", f"{subject} missed {what}."
                yield (
                    f"{quoi} va {clitic} manquer." if not many else f"{quoi} vont {clitic} manquer.",
                    (f"{subject} will miss {what}."),
                )
        if clitic in ("me", "nous", "leur"):
            yield f"Tu {clitic} manques.", f"{subject} miss you."
            yield f"Vous {clitic} manquez.", f"{subject} miss you."
            yield f"Il {clitic} manque.", f"{subject} miss him."
            yield f"Elle {clitic} manque.", f"{subject} miss her."
            yield f"Elles {clitic} manquent beaucoup.", f"{subject} miss them a lot."
        if clitic in ("te", "vous"):
            yield f"Est-ce que je {clitic} manque ?", "Do you miss me?"
            yield f"Est-ce qu'il {clitic} manque ?", "Do you miss him?"
            yield f"Est-ce qu'elle {clitic} manque ?", "Do you miss her?"
    for name in _NAMED:
        for quoi, what in _ONE:
            if quoi != name:
                yield f"{quoi} manque à {name}.", f"{name} misses {what}."
        for other in _NAMED:
            if other != name:
                yield f"{other} manque à {name}.", f"{name} misses {other}."


def _pleasing(_: np.random.Generator) -> Iterator[Both]:
    for clitic, who in _FEELS:
        subject, before = _capital(who), _before_vowel(clitic)
        for many, things in ((False, _PLEASING), (True, _PLEASING_MANY)):
            for quoi, what in things:
                ont, present = ("ont", "plaisent") if many else ("a", "plaît")
                yield f"{quoi} {clitic} {present}.", f"{subject} like {what}."
                yield f"{quoi} {clitic} {present} beaucoup.", f"{subject} like {what} a lot."
                yield f"{quoi} ne {clitic} {present} pas.", f"{subject} don't like {what}."
                yield f"{quoi} {before}{ont} plu.", f"{subject} liked {what}."
                yield f"{quoi} {before}{ont} beaucoup plu.", f"{subject} liked {what} a lot."
                if clitic in ("te", "vous"):
                    yield f"Est-ce que {quoi[0].lower()}{quoi[1:]} {clitic} {present} ?", f"Do you like {what}?"
    for name, (many, things) in product(_NAMED, ((False, _PLEASING), (True, _PLEASING_MANY))):
        for quoi, what in things:
            yield f"{quoi} {'plaisent' if many else 'plaît'} à {name}.", f"{name} likes {what}."
            yield f"{quoi} {'ont' if many else 'a'} plu à {name}.", f"{name} liked {what}."


# Times

_HAPPENS = _lines("""
Le train part | The train leaves
Le film commence | The film starts
La réunion commence | The meeting begins
Le magasin ouvre | The shop opens
La banque ferme | The bank closes
L'avion arrive | The plane arrives
Le cours finit | The class ends
Je me lève | I get up
Nous dînons | We have dinner
Le bus passe | The bus comes
Elle rentre | She comes home
Ils se couchent | They go to bed
""")
_HOURS = _lines("""
une | one
deux | two
trois | three
quatre | four
cinq | five
six | six
sept | seven
huit | eight
neuf | nine
dix | ten
onze | eleven
""")


def _times(chance: np.random.Generator) -> Iterator[Both]:
    for quoi, what in _HAPPENS:
        yield f"{quoi} à midi.", f"{what} at noon."
        yield f"{quoi} à minuit.", f"{what} at midnight."
        for i, (heure, hour) in enumerate(_HOURS):
            hours = "heure" if i == 0 else "heures"
            yield f"{quoi} à {heure} {hours}.", f"{what} at {hour} o'clock."
            yield f"{quoi} à {heure} {hours} et demie.", f"{what} at half past {hour}."
            yield f"{quoi} à {heure} {hours} et quart.", f"{what} at a quarter past {hour}."
            yield f"{quoi} à {heure} {hours} moins le quart.", f"{what} at a quarter to {hour}."
        for of_day in range(1, 24):
            minutes = int(chance.integers(1, 12)) * 5
            half = "a.m." if of_day < 12 else "p.m."
            told = f"{(of_day - 1) % 12 + 1}:{minutes:02} {half}"
            yield f"{quoi} à {of_day} h {minutes:02}.", f"{what} at {told}"
            yield f"{quoi} à {of_day}h{minutes:02}.", f"{what} at {told}"
            yield f"{quoi} à {of_day}:{minutes:02}.", f"{what} at {told}"


# Telephone numbers and names: what is to be copied

_CALLING = _lines("""
Mon numéro est le {}. | My number is {}.
Appelez-moi au {}. | Call me at {}.
Vous pouvez me joindre au {}. | You can reach me at {}.
Le numéro de l'hôtel est le {}. | The hotel's number is {}.
Téléphonez au {} avant midi. | Call {} before noon.
Notre nouveau numéro de téléphone est le {}. | Our new telephone number is {}.
En cas d'urgence, appelez le {}. | In an emergency, call {}.
""")
_WITH_NAMES = _lines("""
Je m'appelle {a}. | My name is {a}.
{a} habite à {c}. | {a} lives in {c}.
Connaissez-vous {a} ? | Do you know {a}?
{a} et {b} travaillent ensemble. | {a} and {b} work together.
Le livre de {a} est sur la table. | {a}'s book is on the table.
{a} a téléphoné à {b} hier. | {a} called {b} yesterday.
{a} vit à {c} depuis longtemps. | {a} has lived in {c} for a long time.
J'ai vu {a} à {c}. | I saw {a} in {c}.
Merci, {a} ! | Thank you, {a}!
{a} court plus vite que {b}. | {a} runs faster than {b}.
Où est {a} ? | Where is {a}?
{a} vient de {c}. | {a} comes from {c}.
""")
_FIRST = (
    "Kévin Maëlys Thibault Aïcha Yanis Loïc Chloé Benoît Noémie Gaël Inès Raphaël Zoé Mathéo Anaïs Fatou Mehdi Solène "
    "Hugo Jade Lina Karim Élodie Théo Manon Yasmina Cédric Océane Rémi Hélène Ngozi Siobhan Björn Wojciech Dmitri "
    "Haruki Priya Lars Ingrid Pablo"
).split()
_SYLLABLES = "ba ker lin mo tar vel dri sha nou pic ron zel fa gui ten bor cha mel ris vou lan dor qui sen".split()
_ENDINGS = "d t s x eau ier in on a o is ac ez y".split()


def _numbers(chance: np.random.Generator) -> Iterator[Both]:
    for _ in range(EACH):
        french, english = _CALLING[int(chance.integers(len(_CALLING)))]
        digits = "".join(map(str, chance.integers(0, 10, size=10)))
        twos = [digits[i : i + 2] for i in range(0, 10, 2)]
        number = (" ".join, ".".join, "".join)[int(chance.integers(3))](twos)
        yield french.format(number), english.format(number)


def _names(chance: np.random.Generator) -> Iterator[Both]:
    for _ in range(EACH):
        french, english = _WITH_NAMES[int(chance.integers(len(_WITH_NAMES)))]
        names = {"a": _name(chance), "b": _name(chance), "c": _made_up(chance)}
        yield _joined(french.format(**names)), english.format(**names)


def _joined(french: str) -> str:
    """French with "d'" and "qu'" before a vowel, or the H of a name that isn't heard."""
    return re.sub(r"\b(d|qu)e (?=[AEIOUÉÎ]|Hugo|Hélène)", r"\1'", french)


def _name(chance: np.random.Generator) -> str:
    """A first name, alone or with a made-up surname, or a made-up name: as a whole they can only be copied."""
    first = str(chance.choice(_FIRST))
    return (first, f"{first} {_made_up(chance)}", _made_up(chance))[int(chance.integers(3))]


def _made_up(chance: np.random.Generator) -> str:
    return ("".join(chance.choice(_SYLLABLES, size=2)) + str(chance.choice(_ENDINGS))).capitalize()


CONSTRUCTIONS: dict[str, Callable[[np.random.Generator], Iterator[Both]]] = {
    "only": _only,
    "missing": _missing,
    "pleasing": _pleasing,
    "times": _times,
    "numbers": _numbers,
    "names": _names,
}

# Sixty sentences for a person to read the translations of, ten of each construction.
