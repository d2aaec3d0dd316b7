"""French sentences of our own, of one word and of many, for readings that two ways of computing must agree on."""

FRENCH = [
    "Oui !",
    "Il pleut.",
    "Je n'ai pas faim.",
    "Où est la gare, s'il vous plaît ?",
    "Mon père lit le journal dans la cuisine.",
    "Elle ne veut plus jamais le revoir.",
    "Nous avons acheté une petite maison blanche près de la mer.",
    "Un homme en chemise bleue répare un vélo devant un magasin.",
    "Deux enfants courent derrière un gros chien noir dans la neige.",
    "Si j'avais su, je ne serais pas venu.",
    "Qu'est-ce que tu as fait hier soir ?",
    "La lettre que tu m'as envoyée est arrivée ce matin.",
    "Il y a longtemps que je n'ai pas vu ma sœur.",
    "Le train de 8 h 30 est en retard de vingt minutes.",
    "Ces pommes sont moins chères, mais elles ont moins de goût.",
    "Une femme âgée vend des fleurs au coin de la rue pendant que les passants regardent la vitrine.",
    "Personne ne sait pourquoi le professeur a quitté la ville sans dire au revoir à ses amis.",
    "Le petit chat noir de ma voisine dort toute la journée sur une vieille chaise.",
    "Xylophones et zébus dansent à Ouagadougou.",
    "Chaque matin, avant que le soleil se lève, le vieux pêcheur descend au port, prépare son bateau et part "
    "seul vers les îles.",
]
