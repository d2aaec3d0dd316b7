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
        "Hier matin, pendant que les enfants jouaient dans le jardin avec le chien du voisin, ma grand-mère a préparé "
        "un grand gâteau au chocolat pour l'anniversaire de mon frère, qui revient de Paris ce soir avec sa femme.",
    ),
    "several": Example("Several", "Bonjour ! Je m'appelle Marie. J'habite à Lyon avec mon mari et nos deux enfants."),
}


def named(examples: Mapping[str, Example], text: str) -> str | None:
    """The name of the example whose text this is."""
    return next((name for name, example in examples.items() if example.text == text), None)
