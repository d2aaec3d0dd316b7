"""What the page of captions says of its variants and its maps, in a student's words."""

from collections.abc import Mapping

from attnviz.web.variants import Explanation

CAUTION = (
    "A caption can be wrong and still sound sure. The models know people, dogs and sport best: they learned from 6,000 "
    "photos of such things, and see the rest through them."
)
LIMITS = (
    "They are small, and learned from the captions of 6,000 photos, most of them of people, dogs and sport. What is "
    "rare there is named as something common, with the same confidence. What they say of a person (man or woman, old "
    "or young, at work or at play) is a guess from looks and habit. The map shows where a model looked, which is not "
    "always why it chose a word."
)

_XU = "[Xu et al. 2015](https://arxiv.org/abs/1502.03044)"
_MEAN = r"c_t = \tfrac{1}{L}\textstyle\sum_i a_i \text{, the same at every step}"

EXPLAINED: Mapping[str, Explanation] = {
    "none": Explanation(
        "No attention. The whole photo is squeezed into one mean, and every word is written from that same mean. There "
        "is nowhere to look, so there is no map. It shows what the others gain.",
        _MEAN,
        "[Vinyals et al. 2015](https://arxiv.org/abs/1411.4555), here with the mean of the cells at every step",
    ),
    "soft": Explanation(
        "Before each word, a small network compares what has been written so far (h) with each cell of the photo (a), "
        "and says how well they fit. The weights sum to 1, and the mean of the cells, weighted so, is read. A gate (β) "
        "says how much the photo counts for this word.",
        r"e_{ti} = v^\top \tanh(W h_t + U a_i) \qquad \alpha_t = \operatorname{softmax}(e_t) \qquad "
        r"c_t = \beta_t \textstyle\sum_i \alpha_{ti} a_i",
        f"{_XU}, section 4.2; there the state before the step asks, here that of the step",
    ),
    "hard": Explanation(
        "The same weights, but it reads a single cell. While it learned, the cell was drawn by chance from the "
        "weights; here the strongest one is read. So there are two maps: the cell that was read, and the distribution "
        "that it was drawn from.",
        r"s_t \sim \operatorname{Multinoulli}(\alpha_t) \qquad c_t = \beta_t\, a_{s_t}",
        f"{_XU}, section 4.1",
    ),
    "adaptive": Explanation(
        "As soft, with one more thing to look at: what it has in mind already (the sentinel, s). Words such as “of” "
        "need no photo, and may look there. That share of the weight is on no place, and is shown as ∅.",
        r"\hat\alpha_t = \operatorname{softmax}([e_t;\ e_{t,\text{sentinel}}]) \qquad "
        r"c_t = \textstyle\sum_i \hat\alpha_{ti} a_i + \hat\alpha_{t,\text{sentinel}}\, s_t",
        "[Lu et al. 2017](https://arxiv.org/abs/1612.01887), equations 9 to 13",
    ),
}
