"""What a classifier's Reading says, in a line: its label, and how likely it finds each one."""

from math import exp

from attnviz.reading import Reading

CLASSIFIERS = ("entailment",)


def probabilities(reading: Reading) -> dict[str, float]:
    """Of each label, in the reading's own order; empty for a task that writes."""
    if reading.task not in CLASSIFIERS:
        return {}
    return {
        label: exp(min(logprob, 0.0))
        for label, logprob in zip(reading.output.labels, reading.output.logprobs, strict=True)
    }


def told(reading: Reading) -> str:
    """ "entailment 0.81, neutral 0.16, contradiction 0.03"."""
    return ", ".join(f"{label} {probability:.2f}" for label, probability in probabilities(reading).items())
