"""What summarising is: its variants, its examples, and what its models can't do."""

from attnviz.tasks.base import Example, Published, Task, Variant

LENGTH_PENALTY = 1.0

_RUSH = "[Rush, Chopra and Weston 2015](https://arxiv.org/abs/1509.00685)"
_SEE = "[See, Liu and Manning 2017](https://arxiv.org/abs/1704.04368)"

VARIANTS = (
    Variant(
        name="pointer",
        called="pointer",
        plain="Before each word, it compares what has been written so far (s) with each word of the text (h), and with "
        "how much that word was looked at before (c). Then it decides (g) whether to write a word of its own or to "
        "copy a word that it looks at.",
        equation=r"e_{tj} = v^\top \tanh(W s_t + U h_j + w\, c_{tj}) \qquad \alpha_t = \operatorname{softmax}(e_t) "
        r"\qquad P(y) = g_t P_{\text{own}}(y) + (1 - g_t) \sum_{j: x_j = y} \alpha_{tj}",
        paper=f"{_SEE}, equations 8 to 13. Here the switch reads what the network is about to write from, and a text's "
        "rare words are read in pieces, which are all in the vocabulary.",
        card="additive attention that covers, and can copy what it looks at (See et al. 2017)",
    ),
    Variant(
        name="additive",
        called="additive",
        plain="Before each word, a small network compares what has been written so far (s) with each word of the text "
        "(h), and says how well they fit. These scores become weights that sum to 1. Every word is written from the "
        "network's own vocabulary.",
        equation=r"e_{tj} = v^\top \tanh(W s_t + U h_j) \qquad \alpha_t = \operatorname{softmax}(e_t)",
        paper="[Bahdanau et al. 2015](https://arxiv.org/abs/1409.0473), appendix A.1.2; for headlines "
        "[Chopra et al. 2016](https://aclanthology.org/N16-1012/) and "
        "[Nallapati et al. 2016](https://arxiv.org/abs/1602.06023). The query here is the state that the step has "
        "made.",
        card="additive attention, `v . tanh(W s_t + U h_j)` (Bahdanau et al. 2015; for headlines, Nallapati et al. "
        "2016)",
    ),
    Variant(
        name="abs",
        called="attention-based",
        plain="It knows only the last few words that it wrote (y), and multiplies them with each word of the text (x), "
        "through a learned matrix (P). What it then reads at a word is the mean of that word and its neighbours.",
        equation=r"\alpha_t \propto \exp(\tilde{x}_j^\top P\, \tilde{y}_t) \qquad "
        r"\text{enc}_t = \sum_j \alpha_{tj}\, \bar{x}_j \qquad "
        r"\bar{x}_j = \tfrac{1}{2Q+1} \sum_{i=j-Q}^{j+Q} \tilde{x}_i",
        paper=f"{_RUSH}, section 3.2 (enc3). There the sum of the neighbours is divided by Q; here it is their mean.",
        card="the attention-based encoder of Rush et al. (2015): a contextual query over smoothed values",
        own_decoder=True,
    ),
    Variant(
        name="conv",
        called="convolutional",
        plain="It reads the text through windows that slide over it, and keeps only the strongest answer of each "
        "feature. All words are written from this one summary, and from the last few words that it wrote. There is "
        "nowhere to look, so there is no map.",
        equation=r"\bar{x}^{l}_j = \tanh(\max\{\tilde{x}^{l}_{2j-1},\ \tilde{x}^{l}_{2j}\}) \qquad "
        r"\text{enc} = \max_j \tilde{x}^{L}_j",
        paper=f"{_RUSH}, section 3.2 (enc2)",
        card="no attention: the convolutional encoder of Rush et al. (2015)",
        attentive=False,
        own_decoder=True,
    ),
    Variant(
        name="bow",
        called="bag of words",
        plain="It has no attention. Every word of the text counts the same, wherever it stands, and every word of the "
        "headline is written from their mean, and from the last few words that it wrote. There is nowhere to look, so "
        "there is no map. It shows what the others gain.",
        equation=r"\text{enc} = \tfrac{1}{M} \sum_j \tilde{x}_j \text{, the same at every step}",
        paper=f"{_RUSH}, section 3.2 (enc1)",
        card="no attention: the bag-of-words encoder of Rush et al. (2015)",
        attentive=False,
        own_decoder=True,
    ),
)

# The texts are our own, and what they tell is made up.
_LIBRARY = """\
The town of Marlow Bay will open a new library by the harbour in June, after a long quarrel about its price \
ended with a vote on Tuesday evening. The council decided by nine votes to four to pay 12 million pounds for the \
building, which will take the place of a library from 1931 that was damaged by a storm two winters ago.

The new house will have three floors, a hall for 200 guests and a terrace over the water. Its roof will carry \
solar panels, which the architects say will make more power than the library needs. About 60,000 books were \
saved from the old building and have been kept in a school since then.

Opponents had asked for a smaller house. They said that the town, which has 18,000 inhabitants, would have to \
pay for its library for thirty years. "We all love books, but we also love our buses," said Helen Moor, who \
voted against the plan.

The mayor, Tom Aldridge, promised that no bus line would be closed. A third of the money comes from the \
government, and another part from a fund that was set up after the storm. "People stood in the rain to carry \
these books to safety," he said. "They have waited long enough."

Work on the ground floor is almost done. Children from the school that keeps the books will carry the first \
hundred of them back on opening day, along the same street by which they came. A second vote, on the name of the \
library, will be held in April. Among the names that were proposed are those of a fisherman who wrote poems and \
of the librarian who led the rescue."""
EXAMPLES = (
    Example(
        "names",
        "Names",
        (
            "The Finnish ski jumper Aino Kivelä has won her first world title in Lahti, ahead of Marit Østgaard of "
            "Norway and Hana Kobayashi of Japan.",
        ),
        notice="The skiers are made up, so no model has ever read their names: pointer copies them piece by piece. "
        "Only “wins” it wrote itself, for “has won”.",
        person="Finland's Aino Kivelä wins first ski jumping world title",
    ),
    Example(
        "museum",
        "Museum",
        (
            "The city's museum of natural history will stay closed until next spring after a burst pipe flooded its "
            "cellars at the weekend and damaged hundreds of stuffed birds, its director said on Monday.",
        ),
        notice="Pointer copies every word here, and stops before the reason, the burst pipe. A person names it.",
        person="Museum of natural history closed until spring after flood",
    ),
    Example(
        "numbers",
        "Numbers",
        (
            "Rents in the capital rose by 8.4% in the year to June, the fastest rise since 2006, while wages grew by "
            "only 3.1%, the statistics office said.",
        ),
        notice="The text has two percentages and a year. Pointer takes the right one: see where it looked for “8.4%”.",
        person="Rents in capital rise by 8.4%, fastest since 2006",
    ),
    Example(
        "quote",
        "Quote",
        (
            'The mayor of a small island town has called the new ferry timetable "an insult to everyone who lives '
            'here", and asked the company to bring back the early morning boat.',
        ),
        notice="Pointer keeps the quotation, and leaves out who says it. A person names the mayor.",
        person="Island mayor calls new ferry timetable 'an insult'",
    ),
    Example(
        "team",
        "Football",
        (
            "The home side came from two goals down to draw with the league leaders on Saturday, with their "
            "19-year-old substitute scoring twice in the last five minutes.",
        ),
        notice="The news comes last in this text: the young substitute's two goals. Pointer takes what comes first, "
        "and leaves them out.",
        person="Teenage substitute scores twice to earn draw with league leaders",
    ),
    Example(
        "rewritten",
        "Other words",
        (
            "Researchers have found that children who sleep with the window open fall ill less often in winter than "
            "those who keep it shut, according to a study of 900 families in Norway.",
        ),
        notice="A person says it in other words. Pointer copies every word, and only leaves some out.",
        person="Children who sleep with window open fall ill less often in winter, study finds",
    ),
    Example(
        "negation",
        "Negation",
        (
            "A fire that burned for two days in the forest north of the lake has not reached the village, and none of "
            "its houses was damaged, firefighters said, denying earlier reports.",
        ),
        notice="Pointer keeps “not”, on which all depends. But by leaving words out, it puts the fire in a lake: "
        "nearly every word is from the text, and the headline is wrong.",
        person="Forest fire has not reached village, firefighters say",
    ),
    Example(
        "library",
        "Long article",
        (_LIBRARY,),
        notice="With “Whole text”, see how far into the article it looks; without it, only the first sentence is read, "
        "as the models learned.",
        person="Marlow Bay to open new library in June after vote",
    ),
)
_CNN = "CNN and Daily Mail, whole articles; summaries of several sentences"
_DUC = "Gigaword, 4 million headlines; tested on DUC-2004"
PUBLISHED = (
    Published("pointer-generator with coverage", "ROUGE-L F1", "36.38", _CNN, f"{_SEE}, table 1"),
    Published("lead-3: the article's first three sentences", "ROUGE-L F1", "36.57", _CNN, f"{_SEE}, table 1"),
    Published(
        "RAS-LSTM (attention)",
        "ROUGE-L F1",
        "30.03",
        "Gigaword, 4 million headlines; tested on 2,000 of them",
        "[Chopra et al. 2016](https://aclanthology.org/N16-1012/), its table of F1 scores",
    ),
    Published("ABS+ (attention-based)", "ROUGE-L recall at 75 bytes", "23.81", _DUC, f"{_RUSH}, table 1"),
    Published("ABS (attention-based)", "ROUGE-L recall at 75 bytes", "22.05", _DUC, f"{_RUSH}, table 1"),
)

TASK = Task(
    name="summaries",
    title="Summaries",
    told="A model writes a headline for a news text word by word. For every word, the map shows where it looked, and "
    "whether it was copied.",
    inputs=("text",),
    takes="the opening of an English news text",
    output="headline",
    outputs="headlines",
    own="an English headline for this text",
    did="Summarised",
    do="Summarise",
    variants=VARIANTS,
    default="pointer",
    examples=EXAMPLES,
    scores="pairs of openings and headlines (.tsv) give ROUGE from 0 to 100, beside what the first words of the text "
    "get, and how well maps and copying agree with the text from 0 to 1; whole articles (.jsonl) give the "
    "same, whole and by their first 60 words; abs also gets the figures of its best headlines ranked anew (ABS+)",
    data="files of openings and headlines (.tsv)",
    split="guardian.test",
    limits="The models are small, and learned from openings and headlines of English news of 2020 to 2023. They can "
    "write what the text does not say and still sound sure. The map shows where a model looked, which is not always "
    "why it chose a word.",
    length_penalty=LENGTH_PENALTY,
    lengths=("words", "bytes"),
    shortens=True,
    published=PUBLISHED,
    glimpse="names",
)
