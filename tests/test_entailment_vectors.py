"""Word vectors: looked up, guessed from spelling, and never others than those a variant was trained with."""

import threading
from collections import Counter
from math import log
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from attnviz.errors import BundleError
from attnviz.tasks.entailment import vectors
from attnviz.tasks.entailment.vectors import WordVectors, convert, load

ATTENTION = "dog dogs doggy cat cats cattle runs running runner 's , élan".split()


def npz(path: Path, words: list[str] = ATTENTION, size: int = 8) -> Path:
    chance = np.random.default_rng(3)
    codes = chance.integers(-127, 128, (len(words), size)).astype(np.int8)
    scale = chance.uniform(0.01, 0.1, size).astype(np.float32)
    np.savez(path, words=np.frombuffer("\n".join(words).encode(), dtype=np.uint8), vectors=codes, scale=scale)
    return path


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return npz(tmp_path / "word_vectors.npz")


def test_converted_vectors_are_those_of_the_file_whatever_the_case(source: Path, tmp_path: Path) -> None:
    digest = convert(source, tmp_path / "out")
    words = load(tmp_path / "out" / vectors.NAME, digest)
    arrays = np.load(source)
    np.testing.assert_array_equal(words.of(ATTENTION), arrays["vectors"] * arrays["scale"])
    np.testing.assert_array_equal(words.of(["Dog", "ÉLAN", "DOGS"]), words.of(["dog", "élan", "dogs"]))
    assert "Dog" in words and "dig" not in words and words.size == 8
    assert "not comparable" in (tmp_path / "out" / vectors.CARD).read_text().replace("\n", " ")


def likeness(word: str, other: str) -> float:
    """Summed weight of shared trigrams, log(words / words with it), over the other's length in bytes."""
    grams = {one: Counter(g) for one in {word, other, *ATTENTION} if (g := trigrams(one))}
    count = {gram: sum(grams[one][gram] for one in ATTENTION) for gram in grams[word]}
    shared = sum(grams[other][gram] * log(len(ATTENTION) / max(count[gram], 1)) for gram in grams[word])
    return shared / (len(other.encode()) + 1)


def trigrams(word: str) -> list[bytes]:
    letters = b"\n" + word.encode() + b"\n"
    return [letters[i : i + 3] for i in range(len(letters) - 2)]


@pytest.mark.parametrize("word", ["runnings", "dogcat", "élans", "dog's"])
def test_a_word_outside_the_list_is_the_mean_of_words_spelt_alike(source: Path, tmp_path: Path, word: str) -> None:
    convert(source, tmp_path)
    words = load(tmp_path / vectors.NAME)
    share = np.array([likeness(word, other) ** vectors.SHARPNESS for other in ATTENTION])
    wanted = share @ words.of(ATTENTION) / share.sum()
    np.testing.assert_allclose(words.of([word])[0], wanted, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("word", ["犬", "😀", "q", "", "zzzz" * 100_000, "\ud800"])
def test_a_word_like_no_other_has_no_direction(source: Path, tmp_path: Path, word: str) -> None:
    convert(source, tmp_path)
    assert not load(tmp_path / vectors.NAME).of([word]).any()


def test_other_vectors_are_refused(source: Path, tmp_path: Path) -> None:
    digest = convert(source, tmp_path / "a")
    convert(npz(tmp_path / "other.npz", [*ATTENTION, "more"]), tmp_path / "b")
    with pytest.raises(BundleError, match="not those that the variant was trained with"):
        load(tmp_path / "b" / vectors.NAME, digest)
    with pytest.raises(BundleError, match="no word vectors at"):
        load(tmp_path / "c" / vectors.NAME)
    (tmp_path / "a" / vectors.NAME).write_bytes(b"nothing of the kind")
    with pytest.raises(BundleError, match="holds no word vectors"):
        load(tmp_path / "a" / vectors.NAME)


def test_many_threads_get_what_one_gets(source: Path, tmp_path: Path) -> None:
    convert(source, tmp_path)
    words = load(tmp_path / vectors.NAME)
    texts = [["dog", f"run{i}"] for i in range(40)]
    wanted = [words.of(text) for text in texts]
    found: list[NDArray[np.float32] | None] = [None] * len(texts)

    def look(i: int) -> None:
        found[i] = words.of(texts[i])

    threads = [threading.Thread(target=look, args=(i,)) for i in range(len(texts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for one, other in zip(found, wanted, strict=True):
        np.testing.assert_array_equal(one, other)


def test_the_committed_vectors_are_those_of_the_data(shared: Path) -> None:
    words = load(vectors.bundled())
    arrays = np.load(shared / "data/entailment/word_vectors.npz")
    names = arrays["words"].tobytes().decode().split("\n")
    some = range(0, len(names), 500)
    codes, scale = arrays["vectors"], arrays["scale"]
    np.testing.assert_array_equal(words.of([names[i] for i in some]), codes[list(some)] * scale)


def test_guesses_point_where_the_true_vectors_do(shared: Path) -> None:
    """Rare words are taken out of the list and guessed."""
    arrays = np.load(shared / "data/entailment/word_vectors.npz")
    names = arrays["words"].tobytes().decode().split("\n")
    rare = [i for i in np.random.default_rng(0).permutation(np.arange(20_000, len(names))) if names[i].isalpha()][:100]
    kept = np.delete(np.arange(len(names)), rare)
    content = "\n".join(names[i] for i in kept).encode()
    words = WordVectors(content, arrays["vectors"][kept], arrays["scale"], "")
    found, true = words.of([names[i] for i in rare]), arrays["vectors"][rare] * arrays["scale"]
    norms = np.linalg.norm(found, axis=1) * np.linalg.norm(true, axis=1)
    assert np.mean((found * true).sum(axis=1) / np.maximum(norms, 1e-9)) > 0.55
