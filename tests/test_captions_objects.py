"""Which objects of a photo a caption names."""

import pytest

from attnviz.tasks.captions.objects import LEAST_AREA, Object, named, objects_named


@pytest.mark.parametrize(
    ("caption", "name", "there"),
    [
        ("two women sit on a sofa", "person", True),
        ("two women sit on a sofa", "couch", True),
        ("a bus and two benches", "bench", True),
        ("a fire hydrant", "fire hydrant", True),
        ("a fire near a hydrant", "fire hydrant", True),
        ("a manual of a carpet", "person", False),
        ("a manual of a carpet", "car", False),
        ("a zebra", "giraffe", False),
    ],
)
def test_an_object_goes_by_its_name_and_by_others_in_whole_words(caption: str, name: str, there: bool) -> None:
    assert named(caption.split(), name) == there


def test_small_objects_and_crowds_need_not_be_named() -> None:
    objects = [
        [Object("cat", 0.5, False), Object("dog", LEAST_AREA, False), Object("cup", LEAST_AREA / 2, False)],
        [Object("person", 0.4, True), Object("kite", 0.1, False)],
    ]
    captions = ["a cat in a cup".split(), "a kite over a crowd".split()]
    assert objects_named(captions, objects) == {"n": 3, "named": pytest.approx(2 / 3, abs=1e-4)}
    assert objects_named(captions, [[], []]) == {"n": 0, "named": None}
