"""What the page of entailment says of its variants, its labels and its maps, in a student's words."""

from collections.abc import Mapping

from attnviz.web.variants import Explanation

CAUTION = (
    "The labels tell what usually holds for photo captions, from which the model learned: they do not judge what is "
    "true. A good part of its accuracy comes from the hypothesis alone: leave premise words out and see."
)
LIMITS = (
    "They are small, and learned from what people wrote about photos above all. They know little of numbers, of "
    "negation beyond the common words, of word order and of long texts. A good part of their accuracy comes from the "
    "hypothesis alone: some words are common in false sentences whatever the premise says. The map shows where a model "
    "looked, which is not always why it chose a label; much of its weight often lies on the full stop, and on words "
    "that both sides share rather than on those that decide."
)

_ROCKTASCHEL = "[Rocktäschel et al. 2016](https://arxiv.org/abs/1509.06664)"

EXPLAINED: Mapping[str, Explanation] = {
    "none": Explanation(
        "No attention. One network reads the premise, another one goes on from there with the hypothesis, and only its "
        "last state is asked for the label. There is nowhere to look, so there is no map.",
        r"h^* = \tanh(W_x h_N)",
        f"{_ROCKTASCHEL}, section 2.2, conditional encoding",
    ),
    "attention": Explanation(
        "When it has read both, it looks at the premise once: one row of weights for the whole hypothesis.",
        r"\alpha = \operatorname{softmax}(w^\top \tanh(W_y Y + W_h h_N)) \qquad r = Y \alpha^\top",
        f"{_ROCKTASCHEL}, equations 7 to 10",
    ),
    "word_by_word": Explanation(
        "At each word of the hypothesis (h) it looks at the premise (Y), knowing what the words before have seen (r).",
        r"\alpha_t = \operatorname{softmax}(w^\top \tanh(W_y Y + W_h h_t + W_r r_{t-1})) \qquad "
        r"r_t = Y \alpha_t^\top + \tanh(W_t r_{t-1})",
        f"{_ROCKTASCHEL}, equations 11 to 14",
    ),
    "two_way": Explanation(
        "word_by_word twice, with the same weights: the hypothesis looks at the premise, and the premise at the "
        "hypothesis. So there are two maps.",
        r"h^* = [\,\text{premise → hypothesis};\ \text{hypothesis → premise}\,]",
        f"{_ROCKTASCHEL}, section 2.5",
    ),
    "match": Explanation(
        "Each word of the hypothesis is matched with the premise words that it looks at, or with none of them: that "
        "share (NULL) is the narrow column ∅ of the map. A further network reads how well each word matched.",
        r"\alpha_{kj} = \operatorname{softmax}_j(w^\top \tanh(W^s h^s_j + W^t h^t_k + W^m h^m_{k-1})) \qquad "
        r"h^m_k = \operatorname{LSTM}([a_k; h^t_k],\ h^m_{k-1})",
        "[Wang and Jiang 2016](https://arxiv.org/abs/1512.08849), the match-LSTM",
    ),
}
