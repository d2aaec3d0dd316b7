"""The language of a text is guessed where it is all but certain, and nothing is said where it can't be known."""

import lzma
from pathlib import Path

import pytest

from attnviz.analysis import language
from attnviz.analysis.language import LANGUAGES, doubt, guess

# Held out: the common words, and what they and trigrams are worth, were chosen without looking at these sentences.
SENTENCES = {
    "French": [
        "Bonne nuit",
        "Où est la gare ?",
        "Merci beaucoup pour ton aide.",
        "Je suis fatigué ce soir.",
        "Mon frère habite près de la mer.",
        "Le pain sent bon.",
        "Quelle heure est-il ?",
        "Nous partons demain matin très tôt.",
        "Il pleut encore.",
        "Trois enfants jouent dans la cour.",
        "Tu as vu mes clés ?",
        "Une vieille dame traverse la rue.",
        "C'est trop cher pour moi.",
        "Les oiseaux chantent au printemps.",
        "Elle ne veut pas venir avec nous.",
        "Fermez la porte, s'il vous plaît.",
        "J'ai perdu mon parapluie dans le bus.",
        "On mange quand ?",
        "Ce livre raconte une histoire étrange.",
        "Vacances à la montagne",
        "Pourquoi ris-tu ?",
        "Le chien dort sous la table de la cuisine.",
    ],
    "English": [
        "Good night",
        "Where is the station?",
        "Thank you for your help.",
        "I am tired this evening.",
        "My brother lives near the sea.",
        "The bread smells good.",
        "What time is it?",
        "We leave tomorrow morning very early.",
        "It rains again.",
        "Three children play in the yard.",
        "Have you seen my keys?",
        "An old lady crosses the street.",
        "That is too expensive for me.",
        "Birds sing in spring.",
        "She does not want to come with us.",
        "Please close the door.",
        "I lost my umbrella on the bus.",
        "When do we eat?",
        "This book tells a strange story.",
        "Holidays in the mountains",
        "Why are you laughing?",
        "A man rides his bike down a hill.",
    ],
    "Spanish": [
        "Buenas noches",
        "¿Dónde está la estación?",
        "Muchas gracias por tu ayuda.",
        "Estoy cansado esta noche.",
        "Mi hermano vive cerca del mar.",
        "El pan huele bien.",
        "¿Qué hora es?",
        "Salimos mañana muy temprano.",
        "Llueve otra vez.",
        "Tres niños juegan en el patio.",
        "¿Has visto mis llaves?",
        "Una señora mayor cruza la calle.",
        "Es demasiado caro para mí.",
        "Los pájaros cantan en primavera.",
        "Ella no quiere venir con nosotros.",
        "Cierra la puerta, por favor.",
        "Perdí mi paraguas en el autobús.",
        "¿Cuándo comemos?",
        "Este libro cuenta una historia extraña.",
        "Vacaciones en la montaña",
        "¿Por qué te ríes?",
        "El gato duerme en la silla.",
    ],
    "German": [
        "Gute Nacht",
        "Wo ist der Bahnhof?",
        "Vielen Dank für deine Hilfe.",
        "Ich bin heute Abend müde.",
        "Mein Bruder wohnt am Meer.",
        "Das Brot riecht gut.",
        "Wie spät ist es?",
        "Wir fahren morgen sehr früh ab.",
        "Es regnet schon wieder.",
        "Drei Kinder spielen im Hof.",
        "Hast du meine Schlüssel gesehen?",
        "Eine alte Dame geht über die Straße.",
        "Das ist mir zu teuer.",
        "Die Vögel singen im Frühling.",
        "Sie will nicht mit uns kommen.",
        "Bitte mach die Tür zu.",
        "Ich habe meinen Schirm im Bus verloren.",
        "Wann essen wir?",
        "Dieses Buch erzählt eine seltsame Geschichte.",
        "Urlaub in den Bergen",
        "Warum lachst du?",
        "Der Hund schläft unter dem Tisch.",
    ],
    "Italian": [
        "Buona notte",
        "Dov'è la stazione?",
        "Grazie mille per il tuo aiuto.",
        "Sono stanco stasera.",
        "Mio fratello abita vicino al mare.",
        "Il pane ha un buon profumo.",
        "Che ore sono?",
        "Partiamo domani mattina molto presto.",
        "Piove di nuovo.",
        "Tre bambini giocano nel cortile.",
        "Hai visto le mie chiavi?",
        "Una vecchia signora attraversa la strada.",
        "È troppo caro per me.",
        "Gli uccelli cantano in primavera.",
        "Lei non vuole venire con noi.",
        "Chiudi la porta, per favore.",
        "Ho perso l'ombrello sull'autobus.",
        "Quando mangiamo?",
        "Questo libro racconta una storia strana.",
        "Vacanze in montagna",
        "Perché ridi?",
        "Il gatto dorme sulla sedia.",
    ],
    "Portuguese": [
        "Boa noite",
        "Onde fica a estação?",
        "Muito obrigado pela tua ajuda.",
        "Estou cansado esta noite.",
        "O meu irmão mora perto do mar.",
        "O pão cheira bem.",
        "Que horas são?",
        "Partimos amanhã de manhã muito cedo.",
        "Está a chover outra vez.",
        "Três crianças brincam no pátio.",
        "Você viu as minhas chaves?",
        "Uma senhora idosa atravessa a rua.",
        "É caro demais para mim.",
        "Os pássaros cantam na primavera.",
        "Ela não quer vir conosco.",
        "Feche a porta, por favor.",
        "Perdi o meu guarda-chuva no ônibus.",
        "Quando vamos comer?",
        "Este livro conta uma história estranha.",
        "Férias na montanha",
        "Por que você está rindo?",
        "O gato dorme na cadeira.",
    ],
}


def test_there_are_enough_short_sentences() -> None:
    assert tuple(SENTENCES) == LANGUAGES
    for sentences in SENTENCES.values():
        assert len(set(sentences)) >= 20
        assert all(2 <= len(sentence.split()) <= 10 for sentence in sentences)


def test_short_sentences_are_known_or_nothing_is_said() -> None:
    guesses = [(name, guess(sentence)) for name, sentences in SENTENCES.items() for sentence in sentences]
    right = sum(name == guessed for name, guessed in guesses)
    wrong = sum(guessed not in ("", name) for name, guessed in guesses)
    silent = len(guesses) - right - wrong
    print(f"right {right}, wrong {wrong}, silent {silent} of {len(guesses)}")
    assert wrong <= 0.02 * (right + wrong)
    assert silent <= 0.2 * len(guesses)


@pytest.mark.parametrize("expected", ["French", "English"])
def test_short_sentences_of_other_languages_are_doubted_and_none_of_ones_own(expected: str) -> None:
    own = SENTENCES[expected]
    others = [sentence for name, sentences in SENTENCES.items() if name != expected for sentence in sentences]
    doubted = [sentence for sentence in others if doubt(sentence, expected)]
    print(f"doubted {len(doubted)} of {len(others)} that are not {expected}")
    assert [sentence for sentence in own if doubt(sentence, expected)] == []
    assert len(doubted) >= 0.85 * len(others)


@pytest.mark.parametrize(
    ("file", "expected", "column"),
    [
        ("translation/test_multi30k_2016.tsv.xz", "French", 1),
        ("translation/test_tatoeba.tsv.xz", "French", 1),
        ("translation/test_newstest2014.tsv.xz", "French", 1),
        ("translation/test_tatoeba.tsv.xz", "English", 2),
        ("entailment/snli_test.tsv.xz", "English", 1),
        ("entailment/snli_test.tsv.xz", "English", 2),
    ],
)
def test_sentences_of_a_corpus_raise_hardly_a_false_alarm(shared: Path, file: str, expected: str, column: int) -> None:
    with lzma.open(shared / "data" / file, "rt", encoding="utf-8") as lines:
        rows = [next(lines).rstrip("\n").split("\t") for _ in range(501)][1:]
    alarms = [row[column] for row in rows if doubt(row[column], expected)]
    print(f"{len(alarms)} false alarms of {len(rows)}: {alarms}")
    assert len(rows) == 500 and len(alarms) < 5


@pytest.mark.parametrize(
    "text",
    [
        *("", " \n", "!?", "42", "3,50 + 2 = 5,50", "a", "OK", "\x00", "猫", "😀"),
        *("Angela Merkel", "Jean Dupont", "Paris, Lyon, Marseille, Lille, Nice.", "London, Berlin, Madrid, Roma"),
        *("Le chat dort. The cat is sleeping.", "Hello, je suis Paul.", "Il a dit : the cat is on the table."),
        *("https://example.org/the/house/of/the/rising/sun", "the.man@house.org"),
        *("Kot śpi na krześle.", "De kat slaapt op de stoel.", "Den svarte katten sover på stolen."),
    ],
)
def test_what_cannot_be_known_is_not_guessed(text: str) -> None:
    assert guess(text) == ""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        *(("42", name) for name in ("French", "English")),
        *(("Angela Merkel", name) for name in ("French", "English")),
        *(("Paris, Lyon, Marseille, Lille, Nice. " * 4, name) for name in ("French", "English")),
        *(("12 € !", name) for name in ("French", "English")),
        ("dog " * 30, "English"),
        ("flour, sugar, eggs, butter, milk, salt, water, lemon, honey, bread, cheese", "English"),
        ("farine, sucre, oeufs, beurre, lait, sel, eau, citron, miel, pain, fromage", "French"),
    ],
)
def test_names_numbers_and_lists_of_nouns_are_not_doubted(text: str, expected: str) -> None:
    assert doubt(text, expected) == ""


def test_capitals_and_other_apostrophes_change_nothing() -> None:
    for text in ("Je suis fatigué ce soir.", "I am tired this evening."):
        assert guess(text.upper()) == guess(text) != ""
    assert guess("L´homme qu´il voit est ici.") == guess("L’homme qu’il voit est ici.") == "French"


def test_what_is_in_none_of_the_languages_is_doubted_where_it_is_longer() -> None:
    polish = "Czarny kot śpi na krześle obok okna i nikt nie wie dlaczego tak jest każdego dnia"
    assert guess(polish) == ""
    assert doubt(polish, "French") == "does not look like French"
    assert doubt(polish, "English") == "does not look like English"
    assert doubt("Le chat dort.", "English") == "does not look like English", "which one it is can't be told"


def test_every_table_is_over_the_same_languages() -> None:
    tables = language.COMMON, language.RARITY
    assert all(len(rarities) == len(tables[0]) and min(rarities) == 0 for rarities in tables[1].values())
    assert all(len(trigram) == 3 and trigram.lower() == trigram for trigram in tables[1])


@pytest.mark.parametrize(
    "text",
    [
        "周二，市议会投票决定禁止汽车进入主要街道。",
        "صوت مجلس المدينة يوم الثلاثاء",
        "Городской совет",
        "Πόλη",
        "京都 is in 日本にあります",
    ],
)
def test_a_text_in_another_script_is_doubted(text: str) -> None:
    assert all(doubt(text, language) == f"does not look like {language}" for language in ("English", "French"))


@pytest.mark.parametrize("text", ["Æsop & Łódź", "She said 你好 to everybody", "𝗕𝗼𝗹𝗱 𝗹𝗲𝘁𝘁𝗲𝗿𝘀", "🔥 3 < 4", "∅"])
def test_a_text_in_latin_letters_is_not_doubted_for_its_script(text: str) -> None:
    assert doubt(text, "English") == ""
