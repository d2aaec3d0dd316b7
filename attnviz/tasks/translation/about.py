"""What translation is: its variants, its examples, and what its models can't do."""

from attnviz.tasks.base import Example, Published, Task, Variant

LENGTH_PENALTY = 1.0

_LUONG = "[Luong et al. 2015](https://arxiv.org/abs/1508.04025)"

VARIANTS = (
    Variant(
        name="additive",
        called="additive",
        plain="Before each word, a small network compares what has been written so far (s) with each word of the input "
        "(h), and says how well they fit. These scores become weights that sum to 1.",
        equation=r"e_{tj} = v^\top \tanh(W s_t + U h_j) \qquad \alpha_t = \operatorname{softmax}(e_t)",
        paper="[Bahdanau et al. 2015](https://arxiv.org/abs/1409.0473), equation 6 and appendix A.1.2. In the "
        "paper the query is the decoder's state before the step; here it is the state that the step has just made.",
        card="additive attention, `v . tanh(W s_t + U h_j)` (Bahdanau et al. 2015)",
    ),
    Variant(
        name="dot",
        called="dot product",
        plain="This is as simple as can be: the state of the decoder and that of an input word are multiplied. Where "
        "they point the same way, the weight is large.",
        equation=r"e_{tj} = s_t^\top h_j \qquad \alpha_t = \operatorname{softmax}(e_t)",
        paper=f"{_LUONG}, section 3.1, dot",
        card="dot-product attention (Luong et al. 2015, section 3.1)",
    ),
    Variant(
        name="general",
        called="general",
        plain="It multiplies the decoder's state (s) with each input word (h), with a learned matrix between them that "
        "says which of their parts belong together.",
        equation=r"e_{tj} = s_t^\top W h_j \qquad \alpha_t = \operatorname{softmax}(e_t)",
        paper=f"{_LUONG}, section 3.1, general",
        card="general (bilinear) attention, `s_t . W h_j` (Luong et al. 2015, section 3.1)",
    ),
    Variant(
        name="scaled_dot",
        called="scaled dot product",
        plain="It multiplies the two states and divides by the root of their size, so that large states do not make "
        "the weights all or nothing. Transformers use this one.",
        equation=r"e_{tj} = \frac{s_t^\top h_j}{\sqrt{d}} \qquad \alpha_t = \operatorname{softmax}(e_t)",
        paper="[Vaswani et al. 2017](https://arxiv.org/abs/1706.03762), equation 1",
        card="scaled dot-product attention (Vaswani et al. 2017, eq. 1)",
    ),
    Variant(
        name="local",
        called="local",
        plain="First it predicts one place in the input (p). Then it looks only at ten subwords on either side, with "
        "less weight for those further away. Its weights sum to less than 1, and are shown as they are.",
        equation=r"p_t = S\,\operatorname{sigmoid}(v^\top \tanh(W s_t)) \qquad "
        r"\alpha_{tj} = \operatorname{softmax}_{|j-p_t| \le 10}(e_t)_j\; e^{-(j-p_t)^2 / 2\sigma^2},\ \sigma = 5",
        paper=f"{_LUONG}, equations 9 and 10, local-p",
        card="local-p attention: general scores in a window around a predicted place, times a Gaussian, "
        "not renormalised (Luong et al. 2015, eq. 9 and 10)",
        sums="Its window takes weight from words that are far from its middle, and gives it to no other word.",
    ),
    Variant(
        name="none",
        called="no attention",
        plain="It has no attention. The sentence is squeezed into one summary, and every word is written from that "
        "same summary. There is nowhere to look, so there is no map. It shows what the others gain, above all on long "
        "sentences.",
        equation=r"s_t = f(s_{t-1},\, y_{t-1},\, c) \qquad c \text{ the same at every step}",
        paper="[Cho et al. 2014](https://arxiv.org/abs/1406.1078), section 2.2",
        card="no attention: the decoder gets the last states of both encoder directions at every step "
        "(Cho et al. 2014)",
        attentive=False,
    ),
)

# The sentences are our own.
EXAMPLES = (
    Example(
        "order",
        "Word order",
        ("Une femme en robe rouge traverse la rue avec son chien noir.",),
        notice="“red dress” crosses over: in French the colour follows the thing. French “son” hides whose dog it is, "
        "so “his” or “her” is a guess here.",
        person="A woman in a red dress is crossing the street with her black dog.",
    ),
    Example(
        "agreement",
        "Agreement",
        ("Les deux vieilles dames sont assises sur un banc vert.",),
        notice="French shows the plural in “vieilles”, “dames”, “sont” and “assises”; English shows it in “ladies” and "
        "“are” alone. See where “are” looks.",
        person="The two old ladies are sitting on a green bench.",
    ),
    Example(
        "negation",
        "Negation",
        ("Je ne mange pas de viande, et ma sœur n'aime pas le poisson.",),
        notice="“don't” has two French words around the verb, “ne … pas”: see on which of them the weight lies.",
        person="I don't eat meat, and my sister doesn't like fish.",
    ),
    Example(
        "repeated",
        "Repeated words",
        ("Le chat regarde le chien, le chien regarde l'oiseau, et l'oiseau regarde le chat.",),
        notice="The same words come twice: does each English word look at its own one, or at its twin?",
        person="The cat is watching the dog, the dog is watching the bird, and the bird is watching the cat.",
    ),
    Example(
        "long",
        "Long",
        (
            "Le professeur a expliqué aux étudiants que le livre qu'ils devaient lire avant la fin du mois était "
            "beaucoup plus difficile que celui qu'ils avaient lu l'année dernière, mais que tout le monde pouvait le "
            "comprendre avec un peu de temps.",
        ),
        notice="Choose “No attention” as well: from one summary of the whole sentence, it keeps the first words and "
        "makes up the rest.",
        person="The teacher explained to the students that the book they had to read before the end of the month was "
        "much more difficult than the one they had read last year, but that everyone could understand it with a little "
        "time.",
    ),
    Example(
        "several",
        "Several",
        ("Bonjour ! Je m'appelle Marie. J'habite à Lyon avec mon mari et nos deux enfants.",),
        notice="Each sentence is read by itself. The second one goes wrong, word by word (“I call”), and the name is "
        "translated: a person would write “My name is Marie.”",
    ),
)
_WMT_FR = "WMT 2014, English to French, 348 million words; tested on newstest2014"
_WMT_DE = "WMT 2014, English to German, 116 million words; tested on newstest2014"
_BAHDANAU_1 = "[Bahdanau et al. 2015](https://arxiv.org/abs/1409.0473), table 1, all sentences"
PUBLISHED = (
    Published("RNNsearch-50 (additive attention)", "BLEU", "26.75", _WMT_FR, _BAHDANAU_1),
    Published("RNNencdec-50 (no attention)", "BLEU", "17.82", _WMT_FR, _BAHDANAU_1),
    Published("local-p attention (general), input feeding", "BLEU", "19.0", _WMT_DE, f"{_LUONG}, table 1"),
    Published("no attention, reversed, with dropout", "BLEU", "14.0", _WMT_DE, f"{_LUONG}, table 1"),
    Published("local-p attention (general)", "AER", "0.36", "508 sentences of Europarl", f"{_LUONG}, section 5.4"),
)

TASK = Task(
    name="translation",
    title="Translation, French to English",
    told="A model writes the translation word by word. For every word, the map shows where it looked.",
    inputs=("text",),
    takes="a French text",
    output="translation",
    outputs="translations",
    own="an English translation of this sentence",
    did="Translated",
    do="Translate",
    variants=VARIANTS,
    default="additive",
    examples=EXAMPLES,
    scores="pairs (.tsv) give BLEU and chrF from 0 to 100; links that people drew between words (.jsonl) give the "
    "map's agreement with them from 0 to 1",
    data="files of French and English sentences (.tsv)",
    split="test_multi30k_2016",
    limits="The models are small, and learned from everyday sentences, picture captions and parliament speeches above "
    "all. They can be wrong and still sound sure. In a fragment such as “Hier matin”, some take the first word, which "
    "they hardly know with a capital, for a name and leave it in French. The map shows where a model looked, which is "
    "not always why it chose a word.",
    length_penalty=LENGTH_PENALTY,
    published=PUBLISHED,
    glimpse="agreement",
)
