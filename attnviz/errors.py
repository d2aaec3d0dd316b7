"""The two things that go wrong for a person: what they gave, and a bundle that is broken."""


class InputError(ValueError):
    """What a person gave can't be read. The message is one sentence for them: what was wrong and what to do."""


class BundleError(RuntimeError):
    """A trained variant can't be loaded. The message is one sentence: which bundle, what is wrong, what to do."""
