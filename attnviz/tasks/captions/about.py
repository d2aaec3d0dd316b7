"""What the captions of photos are: their variants, their examples, and what their models can't do."""

from pathlib import Path

from attnviz.tasks.base import Example, Published, Task, Variant

DISTRIBUTION = "attention/distribution"  # the map of the hard variant that its cell was drawn from
LENGTH_PENALTY = 0.6  # the best of 0.3, 0.6 and 1 by CIDEr-D on 300 photos of dev
PHOTOS = Path(__file__).parent / "photos"

_XU = "[Xu et al. 2015](https://arxiv.org/abs/1502.03044)"

VARIANTS = (
    Variant(
        name="soft",
        called="soft",
        plain="Before each word, a small network compares what has been written so far (h) with each cell of the photo "
        "(a), and says how well they fit. The weights sum to 1, and the mean of the cells, weighted so, is read. A "
        "gate (β) says how much the photo counts for this word.",
        equation=r"e_{ti} = v^\top \tanh(W h_t + U a_i) \qquad \alpha_t = \operatorname{softmax}(e_t) \qquad "
        r"c_t = \beta_t \textstyle\sum_i \alpha_{ti} a_i",
        paper=f"{_XU}, section 4.2. In the paper the query is the decoder's state before the step; here it is the "
        "state that the step has just made.",
        card="soft attention: every word reads the weighted mean of all cells, times the gate beta (Xu et al. 2015, "
        "section 4.2)",
    ),
    Variant(
        name="hard",
        called="hard",
        plain="It computes the same weights, but reads a single cell. While it learned, the cell was drawn by chance "
        "from the weights; here the strongest one is read. So there are two maps: the cell that was read, and the "
        "distribution that it was drawn from.",
        equation=r"s_t \sim \operatorname{Multinoulli}(\alpha_t) \qquad c_t = \beta_t\, a_{s_t}",
        paper=f"{_XU}, section 4.1",
        card="hard attention: every word reads a single cell, times the gate beta (Xu et al. 2015, section 4.1)",
    ),
    Variant(
        name="adaptive",
        called="adaptive",
        plain="It works as soft does, with one more thing to look at: what it has in mind already (the sentinel, s). "
        "Words such as “of” need no photo, and may look there. That share of the weight is on no place, and is shown "
        "as ∅.",
        equation=r"\hat\alpha_t = \operatorname{softmax}([e_t;\ e_{t,\text{sentinel}}]) \qquad "
        r"c_t = \textstyle\sum_i \hat\alpha_{ti} a_i + \hat\alpha_{t,\text{sentinel}}\, s_t",
        paper="[Lu et al. 2017](https://arxiv.org/abs/1612.01887), equations 9 to 13",
        card="adaptive attention: soft, with a visual sentinel as one more key, which lets a word look at no place "
        "(Lu et al. 2017, eq. 9 to 13)",
    ),
    Variant(
        name="none",
        called="no attention",
        plain="It has no attention. The whole photo is squeezed into one mean, and every word is written from that "
        "same mean. There is nowhere to look, so there is no map. It shows what the others gain.",
        equation=r"c_t = \tfrac{1}{L}\textstyle\sum_i a_i \text{, the same at every step}",
        paper="[Vinyals et al. 2015](https://arxiv.org/abs/1411.4555), here with the mean of the cells at every step",
        card="no attention: every word is written from the mean of the photo's cells, the same at every step (after "
        "Vinyals et al. 2015)",
        attentive=False,
    ),
)


def _photo(name: str, label: str, notice: str, person: str, credit: str) -> Example:
    """The photo of that name, with its author and terms as in CREDITS.md beside it."""
    return Example(name, label, (str(PHOTOS / f"{name}.jpg"),), notice, person, credit)


EXAMPLES = (
    _photo(
        "riders",
        "Riders",
        "“Men” looks at the heads and shoulders of the riders, “horses” at the legs of their horses, and “beach” at "
        "the sand. At “on”, the orange is everywhere: that word needs no place.",
        "two men ride horses on a beach",
        "Two riders. Flickr photo 5022207571; CC BY 2.0, made smaller; flickr.com/photo.gne?id=5022207571.",
    ),
    _photo(
        "motorcycle",
        "Motorcycle",
        "“Man” looks at the man's back, “motorcycle” at the wheels, and “road” at the ground. All three are there, but "
        "he isn't riding.",
        "a man stands next to a motorcycle",
        "A motorcycle. Flickr photo 6988704388; CC BY 2.0, made smaller; flickr.com/photo.gne?id=6988704388.",
    ),
    _photo(
        "dog",
        "Dog",
        "Every word is right but “running”. “Beach” looks at the sand, and “dog” at its chest and a foreleg: of its "
        "head the map says little.",
        "a wet black and white dog on the beach",
        "A wet dog on a beach. Flickr photo 9178299324; CC BY 2.0, made smaller; flickr.com/photo.gne?id=9178299324.",
    ),
    _photo(
        "desk",
        "Cat on a desk",
        "“Cat” looks at the cat. There is no computer: that word looks at the remote control on the desk. So the map "
        "shows what the model took for one.",
        "a cat sits on a desk next to a remote control",
        "A cat on a desk. Flickr photo 4340091694; CC BY 2.0, made smaller; flickr.com/photo.gne?id=4340091694.",
    ),
    _photo(
        "cameraman",
        "Cameraman",
        "“Camera” comes twice for one camera. First the orange lies on its tripod and on the face, then around the "
        "camera and on the sky above it.",
        "a man in a black coat with a camera",
        "A man with a camera. Lav Varshney; CC0.",
    ),
    _photo(
        "hopper",
        "Admiral",
        "The model says “man”: its training photos showed mostly men in such clothes. The orange lies on the face and "
        "the collar, and doesn't tell that the word is a guess.",
        "a woman in a black uniform with a hat",
        "Rear Admiral Grace Hopper, 1984. James S. Davis, US Navy; public domain.",
    ),
    _photo(
        "cat",
        "Out of its depth",
        "The cat is found, and its tie is made up: “tie” looks at fur and an eye. The map shows a place for a thing "
        "that isn't there.",
        "a brown cat is looking at the camera",
        "Chelsea the cat. Stéfan van der Walt; CC0.",
    ),
)
_FLICKR8K = "Flickr8k, tested on its 1,000 test photos"
_BREVITY = "BLEU-4 without brevity penalty"
PUBLISHED = (
    Published("soft attention", _BREVITY, "19.5", _FLICKR8K, f"{_XU}, table 1"),
    Published("hard attention", _BREVITY, "21.3", _FLICKR8K, f"{_XU}, table 1"),
    Published(
        "adaptive attention",
        "BLEU-4",
        "0.251, which is 25.1 of 100",
        "Flickr30k, which has nearly four times as many photos",
        "[Lu et al. 2017](https://arxiv.org/abs/1612.01887), table 1",
    ),
)

TASK = Task(
    name="captions",
    title="Image captions",
    told="A model writes a caption word by word. For every word, orange shows where it looked.",
    inputs=("photo",),
    opens="photo.open_photo",
    most_bytes=20_000_000,
    takes="the file of a photo",
    output="caption",
    outputs="captions",
    own="an English caption of this photo",
    did="Captioned",
    variants=VARIANTS,
    default="soft",
    examples=EXAMPLES,
    scores="captions (captions.X.jsonl) give BLEU, CIDEr-D and ROUGE-L from 0 to 100; boxes that people drew "
    "(regions.X.jsonl) give the map's agreement with them from 0 to 1; the photos are beside them in images.X.tar",
    data="captions (captions.X.jsonl) and their photos (images.X.tar)",
    split="captions.test",
    limits="The models are small, and learned from the captions of 7,000 photos: 6,000 show mostly people, dogs and "
    "sport, and fewer than 1,000 ordinary scenes, such as a kitchen or a street. What is rare there is named as "
    "something common, with the same confidence. What they say of a person (man or woman, old or young, at work or at "
    "play) is a guess from looks and habit. The map shows where a model looked, which is not always why it chose a "
    "word.",
    caution="A caption can be wrong and still sound sure. The models learned from 7,000 photos, most of them of "
    "people, dogs and sport: they know these best, and see the rest through them.",
    length_penalty=LENGTH_PENALTY,
    published=PUBLISHED,
    slow_imports=("transformers.models.efficientnet.modeling_efficientnet",),
)
