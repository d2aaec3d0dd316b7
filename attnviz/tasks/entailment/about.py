"""What entailment is: its labels, its variants, its examples, and what its models can't do."""

from attnviz.tasks.base import Example, Published, Task, Variant

LABELS = ("entailment", "neutral", "contradiction")
MEANINGS = {
    "entailment": "If the premise is true, the hypothesis is true too.",
    "neutral": "The premise does not say whether the hypothesis is true.",
    "contradiction": "The premise and the hypothesis can't both be true.",
}
REVERSE = "attention/premise"  # the map of the two_way variant whose queries are the premise's words

_ROCKTASCHEL = "[Rocktäschel et al. 2016](https://arxiv.org/abs/1509.06664)"

VARIANTS = (
    Variant(
        name="word_by_word",
        called="word-by-word",
        plain="At each word of the hypothesis (h) it looks at the premise (Y), knowing what the words before have seen "
        "(r). It can look at none of its words, too: that share (NULL) is the narrow column ∅ of the map.",
        equation=r"\alpha_t = \operatorname{softmax}(w^\top \tanh(W_y Y + W_h h_t + W_r r_{t-1})) \qquad "
        r"r_t = Y \alpha_t^\top + \tanh(W_t r_{t-1})",
        paper=f"{_ROCKTASCHEL}, equations 11 to 14",
        card="word-by-word attention: each word of the hypothesis looks at the premise "
        "(Rocktäschel et al. 2016, eq. 11 to 14)",
    ),
    Variant(
        name="attention",
        called="one look",
        plain="When it has read both texts, it looks at the premise once: there is one row of weights for the whole "
        "hypothesis. ∅ is the share that goes to none of the premise's words.",
        equation=r"\alpha = \operatorname{softmax}(w^\top \tanh(W_y Y + W_h h_N)) \qquad r = Y \alpha^\top",
        paper=f"{_ROCKTASCHEL}, equations 7 to 10",
        card="attention from the last output: the whole hypothesis looks at the premise once "
        "(Rocktäschel et al. 2016, eq. 7 to 10)",
        looks_once=True,
    ),
    Variant(
        name="two_way",
        called="two-way",
        plain="It does what “word-by-word” does twice, with the same weights: the hypothesis looks at the premise, and "
        "the premise at the hypothesis. So there are two maps.",
        equation=r"h^* = [\,\text{premise} \to \text{hypothesis};\ \text{hypothesis} \to \text{premise}\,]",
        paper=f"{_ROCKTASCHEL}, section 2.5",
        card="word-by-word attention in both directions with the same weights (Rocktäschel et al. 2016, section 2.5)",
    ),
    Variant(
        name="match",
        called="match",
        plain="Each word of the hypothesis is matched with the premise words that it looks at, or with none of them "
        "(∅). A further network reads how well each word matched.",
        equation=r"\alpha_{kj} = \operatorname{softmax}_j(w^\top \tanh(W^s h^s_j + W^t h^t_k + W^m h^m_{k-1})) \qquad "
        r"h^m_k = \operatorname{LSTM}([a_k; h^t_k],\ h^m_{k-1})",
        paper="[Wang and Jiang 2016](https://arxiv.org/abs/1512.08849), the match-LSTM",
        card="a match-LSTM: both texts are read apart, and each word of the hypothesis is matched with the premise "
        "words it looks at, or with the word NULL (Wang and Jiang 2016)",
    ),
    Variant(
        name="none",
        called="no attention",
        plain="It has no attention. One network reads the premise, another one goes on from there with the hypothesis, "
        "and only its last state is asked for the label. There is nowhere to look, so there is no map.",
        equation=r"h^* = \tanh(W_x h_N)",
        paper=f"{_ROCKTASCHEL}, section 2.2, conditional encoding",
        card="conditional encoding alone: the hypothesis is read from the state in which the premise ended, and "
        "nothing looks back (Rocktäschel et al. 2016, section 2.2)",
        attentive=False,
    ),
)

EXAMPLES = (
    Example(
        "hypernym",
        "Wider word",
        ("A woman is walking her poodle in the park.", "A woman is outside with a dog."),
        notice="A poodle is a dog, and a park is outside: “dog” looks at “poodle”, and “outside” at “park”. Words "
        "without a match, such as “with”, look at none of the words: that is the column ∅.",
        person="entailment",
    ),
    Example(
        "negation",
        "Negation",
        ("A boy in a red shirt is playing the piano.", "The boy is not playing an instrument."),
        notice="One word, “not”, turns the answer round. Take it out under “Leave words out”, and see what changes.",
        person="contradiction",
    ),
    Example(
        "number",
        "Number",
        ("Two old men are fishing on a pier.", "Three old men are fishing."),
        notice="“Two” and “Three” make the whole difference, and the model is unsure. In the variant match, “Three” "
        "looks at “Two”, and the answer is surer.",
        person="contradiction",
    ),
    Example(
        "open",
        "Left open",
        ("An old man is sitting on a bench with a newspaper.", "The man is waiting for his wife."),
        notice="It may be so or not. “man” finds “man”, and “waiting” finds nothing: most of its weight is in ∅.",
        person="neutral",
    ),
    Example(
        "order",
        "Order",
        ("A small dog is chasing a large cat.", "A large cat is chasing a small dog."),
        notice="All words are the same, and each finds its equal: only their order says who chases whom.",
        person="contradiction",
    ),
    Example(
        "stopped",
        "One verb",
        ("The teacher stopped the boy from running.", "The boy is running."),
        notice="“boy” and “running” find their equals, and nothing looks at “stopped”, the word that decides. The "
        "model is sure, and wrong.",
        person="contradiction",
    ),
)
_SNLI = "SNLI, 550,000 training pairs"
PUBLISHED = (
    Published("word-by-word attention", "accuracy", "83.5%", _SNLI, f"{_ROCKTASCHEL}, table 1"),
    Published("attention, one look", "accuracy", "82.3%", _SNLI, f"{_ROCKTASCHEL}, table 1"),
    Published("word-by-word attention, two-way", "accuracy", "83.2%", _SNLI, f"{_ROCKTASCHEL}, table 1"),
    Published(
        "mLSTM (match)",
        "accuracy",
        "86.1%",
        _SNLI,
        "[Wang and Jiang 2016](https://arxiv.org/abs/1512.08849), its table of results",
    ),
    Published("conditional encoding, no attention", "accuracy", "80.9%", _SNLI, f"{_ROCKTASCHEL}, table 1"),
)

TASK = Task(
    name="entailment",
    title="Entailment",
    told="Does the second text follow from the first? For each word, the map shows where a model looked.",
    inputs=("premise", "hypothesis"),
    takes="two English texts, a premise and a hypothesis",
    output="label",
    outputs="labels",
    own="",
    did="Read",
    do="Read the texts",
    variants=VARIANTS,
    default="word_by_word",
    examples=EXAMPLES,
    scores="pairs (.tsv) give accuracy, macro F1 and calibration from 0 to 1; words that people marked or linked "
    "(.jsonl) give the map's agreement with them from 0 to 1",
    data="pairs of a premise and a hypothesis with their labels (.tsv, or SNLI as it is published)",
    split="sick:test",
    limits="The models are small, and learned from what people wrote about photos above all. They know little of long "
    "texts and of words that turn a sentence round, such as “stopped”. A good part of their accuracy comes from the "
    "hypothesis alone: some words are common in false sentences whatever the premise says. The map shows where a model "
    "looked, which is not always why it chose a label: it looks above all at words that both sides share, rather than "
    "at those that decide.",
    caution="The labels say what usually holds in photo captions, which the model learned from. They don't judge what "
    "is true. Much of the model's accuracy comes from the hypothesis alone: leave out premise words and see.",
    labels=LABELS,
    dev="share of snli_dev that is labelled wrong",
    published=PUBLISHED,
    glimpse="hypernym",
)
