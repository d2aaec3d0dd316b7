"""Sixty sentences by which a person judges whether a variant has learned the constructions of `constructions.py`.

They have other names than its templates, and but for other forms of a few verbs (*dors*, *parti*, *commencé*) none of
the nouns and verbs that the templates have beside the same construction.

`python -m attnviz.tasks.translation.sixty --variant additive` prints how a variant translates them.
"""

import argparse
from pathlib import Path

from attnviz import bundles

_SIXTY = {
    "only": """
Il ne répare que des montres anciennes.
Nous ne cuisinons qu'avec de l'huile d'olive.
Elle ne sort que le samedi soir.
Je ne connais que deux personnes ici.
Le musée n'expose que des peintures modernes.
Ils ne prennent le bateau qu'en été.
Ma grand-mère ne regarde que les vieux films.
Tu ne dors que quatre heures par nuit.
Ce restaurant n'accepte que les cartes bancaires.
Le chat ne joue qu'avec cette balle.
""",
    "missing": """
Ton frère me manque.
Est-ce que tes collègues te manquent ?
Mes cousines nous manquent énormément.
La neige manque à Béatrice.
Le bruit de la pluie lui manquait.
Cette école ne me manquera jamais.
Leur fille leur manque depuis un an.
Georges manque à sa femme.
Mes élèves vont me manquer.
La cuisine de ma grand-mère me manque.
""",
    "pleasing": """
Ton nouveau manteau me plaît.
Ce roman a plu à Béatrice.
La plage leur plaît plus que la ville.
Est-ce que cette ferme vous plaît ?
Ces rideaux ne nous plaisent pas.
Le spectacle a beaucoup plu aux élèves.
Son écharpe me plaît énormément.
Cette voiture ne plaisait pas à Georges.
Les musées te plaisent ?
Ta réponse ne lui a pas plu.
""",
    "times": """
Mon rendez-vous est à 16 h 20.
Le spectacle dure jusqu'à vingt-deux heures.
Réveille-moi à six heures moins dix.
La pharmacie reste ouverte jusqu'à 19 h 45.
Le bateau est parti à 5 h 10 ce matin.
On se retrouve à huit heures et quart devant la gare.
Il est presque onze heures et demie.
Le match a commencé à 20h45.
Je t'attends ici depuis quatorze heures.
Ils ont déjeuné à midi et demi.
""",
    "numbers": """
Le téléphone de la mairie est le 03 88 45 12 09.
Composez le 01 47 20 63 58 pour réserver une table.
Mon médecin répond au 05.61.32.78.90 le matin.
Envoyez un message au 0678154329.
Elle a noté le 04 90 82 37 16 sur un papier.
Pour annuler, faites le 02 99 13 70 44.
Ce numéro, le 06 55 21 08 93, n'est plus attribué.
Le plombier est au 07 81 26 94 35.
Demandez Béatrice au 01.30.84.62.17.
Le code de la porte est 58203.
""",
    "names": """
Gwendoline a épousé Tancrède à Plougastel.
Monsieur Vasseur cherche Oriane Delcourt.
Zdenka joue aux échecs avec Ousmane.
Le vélo d'Achille est resté chez Bérénice.
Nous dînons chez les Kowalczyk vendredi.
Madame Ouédraogo enseigne la chimie à Limoges.
Ysaline préfère Saint-Malo à Dinard.
As-tu écrit à Hyacinthe ?
Le docteur Abernathy opère demain.
Svetlana et Gonzague se marient à Honfleur.
""",
}
SIXTY = {name: text.strip().splitlines() for name, text in _SIXTY.items()}


def main() -> None:
    from attnviz.tasks.translation.reader import load

    parser = argparse.ArgumentParser(prog=f"python -m {__spec__.name}", description=__doc__)
    parser.add_argument("--variant", default="additive", help="Whose translations are printed.")
    parser.add_argument("--root", type=Path, default=bundles.PRETRAINED, help="The folder of the bundles.")
    given = parser.parse_args()
    reader = load(given.variant, given.root)
    for name, sentences in SIXTY.items():
        for sentence in sentences:
            print(name, sentence, reader.read(sentence).output.text, sep="\t")


if __name__ == "__main__":
    main()
