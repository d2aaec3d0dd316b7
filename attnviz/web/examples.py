"""Examples, one click away. The sentences are our own."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Example:
    """`label` is what is shown; the key in its table is what the address says."""

    label: str
    text: str


TRANSLATION: Mapping[str, Example] = {
    "order": Example("Word order", "Une femme en robe rouge traverse la rue avec son chien noir."),
    "agreement": Example("Agreement", "Les deux vieilles dames sont assises sur un banc vert."),
    "negation": Example("Negation", "Je ne mange pas de viande, et ma sœur n'aime pas le poisson."),
    "repeated": Example(
        "Repeated words", "Le chat regarde le chien, le chien regarde l'oiseau, et l'oiseau regarde le chat."
    ),
    "long": Example(
        "Long",
        "Le professeur a expliqué aux étudiants que le livre qu'ils devaient lire avant la fin du mois était beaucoup "
        "plus difficile que celui qu'ils avaient lu l'année dernière, mais que tout le monde pouvait le comprendre "
        "avec un peu de temps.",
    ),
    "several": Example("Several", "Bonjour ! Je m'appelle Marie. J'habite à Lyon avec mon mari et nos deux enfants."),
}


def named(examples: Mapping[str, Example], text: str) -> str | None:
    """The name of the example whose text this is."""
    return next((name for name, example in examples.items() if example.text == text), None)


@dataclass(frozen=True)
class PairExample:
    """Two texts, premise and hypothesis, under what is shown."""

    label: str
    pair: tuple[str, str]


ENTAILMENT: Mapping[str, PairExample] = {
    "hypernym": PairExample(
        "Wider word", ("A woman is walking her poodle in the park.", "A woman is outside with a dog.")
    ),
    "negation": PairExample(
        "Negation", ("A boy in a red shirt is playing the piano.", "The boy is not playing an instrument.")
    ),
    "number": PairExample("Number", ("Two old men are fishing on a pier.", "Three old men are fishing.")),
    "order": PairExample("Word order", ("A small dog is chasing a large cat.", "A large cat is chasing a small dog.")),
    "event": PairExample("Event", ("A wedding party taking pictures", "Someone got married")),
    "open": PairExample(
        "Left open", ("An old man is sitting on a bench with a newspaper.", "The man is waiting for his wife.")
    ),
}


def named_pair(examples: Mapping[str, PairExample], pair: tuple[str, str]) -> str | None:
    """The name of the example whose two texts these are."""
    return next((name for name, example in examples.items() if example.pair == pair), None)


@dataclass(frozen=True)
class PhotoExample:
    """A photo of `tasks/captions/photos`, under what is shown, with its author and terms as in CREDITS.md there."""

    label: str
    file: str
    credit: str


CAPTIONS: Mapping[str, PhotoExample] = {
    "hopper": PhotoExample(
        "Admiral", "hopper.jpg", "Rear Admiral Grace Hopper, 1984. James S. Davis, US Navy; public domain."
    ),
    "cameraman": PhotoExample("Cameraman", "cameraman.jpg", "A man with a camera. Lav Varshney; CC0."),
    "astronaut": PhotoExample("Astronaut", "astronaut.jpg", "Eileen Collins. NASA Great Images; public domain."),
    "cat": PhotoExample("Cat", "cat.jpg", "Chelsea the cat. Stéfan van der Walt; CC0."),
    "coffee": PhotoExample("Coffee", "coffee.jpg", "A cup of coffee, Pikolo Espresso Bar. Rachel Michetti; CC0."),
    "rocket": PhotoExample("Rocket", "rocket.jpg", "Falcon 9 carrying DSCOVR. SpaceX; public domain."),
}
