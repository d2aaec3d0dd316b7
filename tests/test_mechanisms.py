"""Attention mechanisms against their papers' formulas, written as plain loops over numbers."""

import math
from dataclasses import replace

import pytest
import torch
from torch import Tensor
from torch.autograd import gradcheck

from attnviz.nn.focus import Chained, Entmax, LocalGaussian, Refocus, Sharpened, Smoothed, Softmax, Windowed
from attnviz.nn.mechanisms import MECHANISMS, Mechanism, Memory, Past
from attnviz.nn.scores import Location
from tests.small import ATTENTIVE, SOFTMAX, Vector, affine, dot, sigmoid, softmax

SIZE = 6
LENGTHS = [25, 12, 3, 1]
CONTENT = ["additive", "additive_entmax", "dot", "general", "scaled_dot"]
PLACED = ["location", "hybrid", "hybrid_smooth"]


def build(name: str, seed: int = 0) -> Mechanism:
    torch.manual_seed(seed)
    recipe = MECHANISMS[name]
    assert recipe is not None
    return recipe.build(SIZE, SIZE, 5).double()


def draw(lengths: list[int], seed: int = 0) -> tuple[Tensor, Tensor, Tensor]:
    """Queries, keys and a mask, of rows of these lengths."""
    chance = torch.Generator().manual_seed(seed)
    queries = torch.randn(len(lengths), SIZE, generator=chance, dtype=torch.float64)
    keys = torch.randn(len(lengths), max(lengths), SIZE, generator=chance, dtype=torch.float64)
    return queries, keys, torch.arange(max(lengths)) < torch.tensor(lengths)[:, None]


def prepare(mechanism: Mechanism, keys: Tensor, mask: Tensor) -> Memory:
    return mechanism.prepare(keys, mask, keys[:, 0])


def look(mechanism: Mechanism, queries: Tensor, keys: Tensor, mask: Tensor, previous: Tensor | None = None) -> Tensor:
    """The weights of a step, of the first one unless the weights of the one before are given."""
    before = torch.zeros_like(mask, dtype=keys.dtype) if previous is None else previous
    return mechanism.look(queries, prepare(mechanism, keys, mask), Past(before, before))


def somewhere(mask: Tensor, seed: int = 0) -> Tensor:
    """Weights that a step before may have had."""
    scores = 3 * torch.randn(mask.shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
    return torch.softmax(scores.masked_fill(~mask, -torch.inf), dim=1)


def additive(m: Mechanism, query: Vector, keys: list[Vector]) -> Vector:
    """Bahdanau 2015, A.1.2 and eq. 6."""
    asked = affine(m.score.query, query)
    scores = []
    for key in keys:
        hidden = [math.tanh(a + b) for a, b in zip(asked, affine(m.score.key, key), strict=True)]
        scores.append(affine(m.score.energy, hidden)[0])
    return softmax(scores)


def multiplied(m: Mechanism, query: Vector, keys: list[Vector]) -> Vector:
    return softmax([dot(query, key) for key in keys])


def general(m: Mechanism, query: Vector, keys: list[Vector]) -> Vector:
    return softmax([dot(query, affine(m.score.key, key)) for key in keys])


def scaled(m: Mechanism, query: Vector, keys: list[Vector]) -> Vector:
    return softmax([dot(query, key) / math.sqrt(len(key)) for key in keys])


def local(m: Mechanism, query: Vector, keys: list[Vector]) -> Vector:
    """Luong 2015, eq. 9 and 10: D = 10, sigma = D / 2, positions from 1."""
    hidden = [math.tanh(value) for value in affine(m.focus.hidden, query)]
    centre = len(keys) * sigmoid(affine(m.focus.position, hidden)[0])
    near = [s for s in range(1, len(keys) + 1) if centre - 10 <= s <= centre + 10]
    align = softmax([dot(query, affine(m.score.key, keys[s - 1])) for s in near])
    weights = [0.0] * len(keys)
    for s, weight in zip(near, align, strict=True):
        weights[s - 1] = weight * math.exp(-((s - centre) ** 2) / (2 * 5**2))
    return weights


def placed(m: Mechanism, query: Vector, keys: list[Vector], before: Vector) -> Vector:
    """Chorowski 2015, eq. 8 and 9, without V h_j for `location`; f_ij is the filters' answer at key j."""
    asked, width, scores = affine(m.score.query, query), m.score.width, []
    for j, key in enumerate(keys):
        around = [before[i] if 0 <= i < len(before) else 0.0 for i in range(j - width // 2, j + width // 2 + 1)]
        hidden = [a + b for a, b in zip(asked, affine(m.score.place, affine(m.score.filter, around)), strict=True)]
        if hasattr(m.score, "key"):
            hidden = [a + b for a, b in zip(hidden, affine(m.score.key, key), strict=True)]
        scores.append(affine(m.score.energy, [math.tanh(value) for value in hidden])[0])
    return scores


def smoothed(scores: Vector) -> Vector:
    """Chorowski 2015, section 2.3: sigmoids in place of powers."""
    return [sigmoid(score) / sum(map(sigmoid, scores)) for score in scores]


def additive_entmax(m: Mechanism, query: Vector, keys: list[Vector]) -> Vector:
    """Peters 2019: max(e / 2 - tau, 0)^2. tau is searched for by halving, from where the best key alone weighs 1."""
    asked = affine(m.score.query, query)
    halves = []
    for key in keys:
        hidden = [math.tanh(a + b) for a, b in zip(asked, affine(m.score.key, key), strict=True)]
        halves.append(affine(m.score.energy, hidden)[0] / 2)
    low, high = max(halves) - 1, max(halves)
    for _ in range(200):
        tau = (low + high) / 2
        if sum(max(half - tau, 0) ** 2 for half in halves) > 1:
            low = tau
        else:
            high = tau
    return [max(half - low, 0) ** 2 for half in halves]


FORMULAS = {
    "additive": additive,
    "additive_entmax": additive_entmax,
    "dot": multiplied,
    "general": general,
    "scaled_dot": scaled,
    "local": local,
}


@pytest.mark.parametrize("name", FORMULAS)
@pytest.mark.parametrize("seed", range(3))
def test_weights_are_those_of_the_papers_formula(name: str, seed: int) -> None:
    mechanism = build(name, seed)
    queries, keys, mask = draw(LENGTHS, seed)
    weights = look(mechanism, queries, keys, mask)
    for row, length in enumerate(LENGTHS):
        expected = FORMULAS[name](mechanism, queries[row].tolist(), keys[row, :length].tolist())
        assert weights[row, :length].tolist() == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("first", [True, False])
def test_coverage_tells_the_score_how_much_was_looked_at_before(first: bool) -> None:
    """See et al. 2017, eq. 11: the steps before are summed, not only the last one."""
    mechanism = build("covered")
    queries, keys, mask = draw(LENGTHS)
    total = torch.zeros_like(mask, dtype=keys.dtype) if first else somewhere(mask) + somewhere(mask, 1)
    weights = mechanism.look(queries, prepare(mechanism, keys, mask), Past(torch.zeros_like(total), total))
    for row, length in enumerate(LENGTHS):
        asked, scores = affine(mechanism.score.query, queries[row].tolist()), []
        for key, covered in zip(keys[row, :length].tolist(), total[row].tolist(), strict=False):
            parts = (asked, affine(mechanism.score.key, key), affine(mechanism.score.coverage, [covered]))
            scores.append(affine(mechanism.score.energy, [math.tanh(sum(p)) for p in zip(*parts, strict=True)])[0])
        assert weights[row, :length].tolist() == pytest.approx(softmax(scores), abs=1e-12)


@pytest.mark.parametrize("name", PLACED)
@pytest.mark.parametrize("first", [True, False])
@pytest.mark.parametrize("width", [5, 51])
def test_weights_go_on_from_where_the_step_before_looked(
    name: str, first: bool, width: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Location, "width", width)
    mechanism = build(name)
    queries, keys, mask = draw(LENGTHS)
    previous = None if first else somewhere(mask)
    weights = look(mechanism, queries, keys, mask, previous)
    for row, length in enumerate(LENGTHS):
        before = [1.0, *[0.0] * (length - 1)] if previous is None else previous[row, :length].tolist()
        scores = placed(mechanism, queries[row].tolist(), keys[row, :length].tolist(), before)
        expected = smoothed(scores) if name == "hybrid_smooth" else softmax(scores)
        assert weights[row, :length].tolist() == pytest.approx(expected, abs=1e-12)


def test_location_alone_does_not_ask_what_the_keys_hold() -> None:
    queries, keys, mask = draw(LENGTHS)
    previous, other = somewhere(mask), torch.randn_like(keys)
    for name in PLACED:
        mechanism = build(name)
        same = torch.equal(
            look(mechanism, queries, keys, mask, previous), look(mechanism, queries, other, mask, previous)
        )
        assert same == (name == "location")


REFOCUSES: dict[str, Refocus] = {
    "smooth": Smoothed(),
    "sharp": Sharpened(2.5),
    "window": Windowed(4, 4),
    "ahead": Windowed(1, 6),
}


def refocused(name: str, scores: Vector, before: Vector | None) -> Vector:
    """Chorowski 2015, section 2.3, for a mechanism whose own focus is a softmax."""
    if name == "smooth":
        return smoothed(scores)
    if name == "sharp":
        return softmax([2.5 * score for score in scores])
    median, summed = 0, 0.0
    if before is not None:
        while summed + before[median] < 0.5:
            summed += before[median]
            median += 1
    behind, ahead = (4, 4) if name == "window" else (1, 6)
    near = [j for j in range(len(scores)) if median - behind <= j <= median + ahead - 1]
    weights = [0.0] * len(scores)
    for j, weight in zip(near, softmax([scores[j] for j in near]), strict=True):
        weights[j] = weight
    return weights


@pytest.mark.parametrize("name", REFOCUSES)
@pytest.mark.parametrize("first", [True, False])
@pytest.mark.parametrize("seed", range(3))
def test_a_focus_chosen_when_decoding_is_that_of_the_paper(name: str, first: bool, seed: int) -> None:
    mechanism = build("hybrid", seed)
    queries, keys, mask = draw(LENGTHS, seed)
    previous = None if first else somewhere(mask, seed)
    past = torch.zeros_like(mask, dtype=keys.dtype) if previous is None else previous
    memory = replace(prepare(mechanism, keys, mask), refocus=REFOCUSES[name])
    weights = mechanism.look(queries, memory, Past(past, past))
    assert (weights[~mask] == 0).all()
    for row, length in enumerate(LENGTHS):
        before = None if previous is None else previous[row, :length].tolist()
        known = [1.0, *[0.0] * (length - 1)] if before is None else before
        scores = placed(mechanism, queries[row].tolist(), keys[row, :length].tolist(), known)
        assert weights[row, :length].tolist() == pytest.approx(refocused(name, scores, before), abs=1e-12)
    assert torch.equal(
        mechanism.look(queries, replace(memory, refocus=None), Past(past, past)),
        look(mechanism, queries, keys, mask, previous),
    ), "the mechanism itself is as before"


def test_joined_focuses_change_what_reaches_the_next_one() -> None:
    """A window over scores that are made sharper, with sigmoids in place of powers, as a plain loop."""
    window, sharp, smooth = Windowed(4, 4), Sharpened(2.5), Smoothed()
    scores = torch.randn(1, 25, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    mask, before = torch.ones(1, 25, dtype=torch.bool), torch.zeros(1, 25, dtype=torch.float64)
    before[0, 12] = 1
    for refocuses, weight in (
        ((window, sharp), lambda score: math.exp(2.5 * score)),
        ((window, smooth), sigmoid),
        ((window, sharp, smooth), lambda score: sigmoid(2.5 * score)),
    ):
        inside = [weight(scores[0, j].item()) if 8 <= j <= 15 else 0.0 for j in range(25)]
        joined = Chained(refocuses)(Softmax(1), scores, torch.zeros(1, 1), mask, Past(before, before))
        assert joined[0].tolist() == pytest.approx([w / sum(inside) for w in inside], abs=1e-12)


def test_a_window_that_holds_no_key_is_opened() -> None:
    """Given weights may lie where a row has no key."""
    scores, mask = torch.zeros(1, 20), torch.arange(20)[None] < 5
    before = torch.zeros(1, 20)
    before[0, 15] = 1
    weights = Windowed(2, 2)(Softmax(1), scores, torch.zeros(1, 1), mask, Past(before, before))
    assert weights[0].tolist() == pytest.approx([0.2] * 5 + [0.0] * 15)


@pytest.mark.parametrize("name", PLACED)
def test_gradients_reach_what_was_looked_at_before(name: str) -> None:
    mechanism = build(name)
    queries, keys, mask = draw([5, 3])
    previous = somewhere(mask).requires_grad_()
    assert gradcheck(lambda before: look(mechanism, queries, keys, mask, before), (previous,))


def test_local_leaves_keys_outside_its_window_at_zero() -> None:
    mechanism = build("local")
    queries, keys, mask = draw([40])
    weights = look(mechanism, queries, keys, mask)[0].tolist()
    assert weights[0] == 0 or weights[-1] == 0
    assert sum(weight > 0 for weight in weights) in (20, 21)


@pytest.mark.parametrize("name", ATTENTIVE)
def test_masked_keys_weigh_exactly_nothing_whatever_they_hold(name: str) -> None:
    mechanism = build(name)
    queries, keys, mask = draw(LENGTHS)
    weights = look(mechanism, queries, keys, mask)
    assert (weights[~mask] == 0).all()
    loud = keys.masked_fill(~mask[:, :, None], 1e6)
    assert torch.equal(look(mechanism, queries, loud, mask), weights)


@pytest.mark.parametrize("name", ATTENTIVE)
def test_extra_padding_changes_nothing(name: str) -> None:
    mechanism = build(name)
    queries, keys, mask = draw(LENGTHS)
    wider = torch.cat([keys, torch.randn(len(LENGTHS), 7, SIZE, dtype=torch.float64)], dim=1)
    longer = torch.cat([mask, torch.zeros(len(LENGTHS), 7, dtype=torch.bool)], dim=1)
    weights = look(mechanism, queries, wider, longer)
    torch.testing.assert_close(weights[:, : mask.shape[1]], look(mechanism, queries, keys, mask))
    assert (weights[:, mask.shape[1] :] == 0).all()


@pytest.mark.parametrize("name", SOFTMAX)
def test_rows_of_a_softmax_sum_to_one(name: str) -> None:
    sums = look(build(name), *draw(LENGTHS)).sum(dim=1)
    torch.testing.assert_close(sums, torch.ones_like(sums))


@pytest.mark.parametrize("name", CONTENT)
def test_an_extra_key_of_one_step_weighs_as_one_more_key_of_the_input(name: str) -> None:
    mechanism = build(name)
    queries, keys, mask = draw(LENGTHS)
    sentinel = torch.randn(len(LENGTHS), SIZE, dtype=torch.float64)
    memory, nowhere = prepare(mechanism, keys, mask), torch.zeros_like(mask, dtype=keys.dtype)
    weights = mechanism.look(queries, memory, Past(nowhere, nowhere), sentinel)
    assert (weights[:, :-1][~mask] == 0).all()
    for row, length in enumerate(LENGTHS):
        every = [*keys[row, :length].tolist(), sentinel[row].tolist()]
        expected = FORMULAS[name](mechanism, queries[row].tolist(), every)
        assert [*weights[row, :length].tolist(), weights[row, -1].item()] == pytest.approx(expected, abs=1e-12)


def test_entmax_gives_keys_far_below_the_best_one_nothing() -> None:
    """From 2 below the best score on a key weighs exactly 0, whatever the others are, and the rest sums to 1."""
    mask, nowhere = torch.tensor([[True] * 4, [True, True, False, False]]), torch.zeros(2, 4)
    scores = torch.tensor([[3.0, 2.9, 1.0, -40.0], [0.2, 0.2, 90.0, 90.0]])
    weights = Entmax(1)(scores, torch.zeros(2, 1), mask, Past(nowhere, nowhere))
    assert weights[0, 2:].tolist() == [0, 0] and weights[0, 0] > weights[0, 1] > 0
    assert weights[1].tolist() == pytest.approx([0.5, 0.5, 0, 0])
    assert weights.sum(dim=1).tolist() == pytest.approx([1, 1])


def test_rows_of_local_are_a_softmax_scaled_by_its_gaussian_and_not_renormalised() -> None:
    mechanism, plain = build("local"), build("general")
    plain.score.load_state_dict(mechanism.score.state_dict())
    queries, keys, mask = draw([10, 7])  # within the window, whatever its centre
    weights, unscaled = look(mechanism, queries, keys, mask), look(plain, queries, keys, mask)
    for row, length in enumerate([10, 7]):
        hidden = [math.tanh(value) for value in affine(mechanism.focus.hidden, queries[row].tolist())]
        centre = length * sigmoid(affine(mechanism.focus.position, hidden)[0])
        gaussian = [math.exp(-((s - centre) ** 2) / 50) for s in range(1, length + 1)]
        assert (weights / unscaled)[row, :length].tolist() == pytest.approx(gaussian, abs=1e-12)
    assert (weights.sum(dim=1) < 1).all()


@pytest.mark.parametrize("name", ATTENTIVE)
def test_gradients_of_weights_and_context(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(LocalGaussian, "half_width", 2)
    mechanism = build(name)
    queries, keys, mask = draw([5, 3])
    queries, keys = queries.requires_grad_(), keys.requires_grad_()

    # gradcheck moves its inputs in place, so that the mechanism's own parameters can be among them
    def asked(queries: Tensor, keys: Tensor, *_: Tensor) -> tuple[Tensor, Tensor]:
        weights = look(mechanism, queries, keys, mask)
        return weights, torch.bmm(weights.unsqueeze(1), keys)

    assert gradcheck(asked, (queries, keys, *mechanism.parameters()))


@pytest.mark.parametrize("name", CONTENT)
def test_content_alone_decides_so_weights_move_with_their_keys(name: str) -> None:
    mechanism = build(name)
    queries, keys, mask = draw([6, 4])
    order = torch.tensor([3, 0, 5, 1, 4, 2])
    moved = look(mechanism, queries, keys[:, order], mask[:, order])
    torch.testing.assert_close(moved, look(mechanism, queries, keys, mask)[:, order])


def test_local_looks_at_positions_too() -> None:
    mechanism = build("local")
    queries, keys, mask = draw([6])
    order = torch.tensor([3, 0, 5, 1, 4, 2])
    moved = look(mechanism, queries, keys[:, order], mask)
    assert (moved - look(mechanism, queries, keys, mask)[:, order]).abs().max() > 0.01


@pytest.mark.parametrize("name", ATTENTIVE)
def test_bfloat16_keeps_rows_summing_as_stated(name: str) -> None:
    mechanism = build(name).float()
    queries, keys, mask = draw(LENGTHS)
    exact = look(mechanism, queries.float(), keys.float(), mask)
    with torch.autocast("cpu", torch.bfloat16):
        weights = look(mechanism, queries.float(), keys.float(), mask)
    assert weights.dtype == torch.float32
    assert (weights[~mask] == 0).all()
    torch.testing.assert_close(weights.sum(dim=1), exact.sum(dim=1), atol=0.03 if name == "local" else 1e-6, rtol=0)


@pytest.mark.parametrize("name", ["dot", "scaled_dot"])
def test_dot_products_need_one_size(name: str) -> None:
    recipe = MECHANISMS[name]
    assert recipe is not None
    with pytest.raises(ValueError, match="4 and 6"):
        recipe.build(4, 6, 5)
