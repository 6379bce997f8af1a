"""Where in a file a character of a value stands, however the value is written."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from checker.load.text.read_yaml import read_yaml
from checker.scalar_places import place_in

STYLES = {
    "plain": "key: {0} {1} {2}\n",
    "plain on two lines": "key: {0}\n   {1} {2}\n",
    "single": "key: '{0} {1} {2}'\n",
    "double": 'key: "{0} {1} {2}"\n',
    "double on two lines": 'key: "{0} {1}\n  {2}"\n',
    "literal": "key: |\n  {0}\n  {1}\n\n  {2}\n",
    "literal, kept": "key: |2-  # a {0} comment\n  {0}\n   {1}\n  {2}\n",
    "folded": "key: >-\n    {0} {1}\n\n    {2}\n",
    "in a flow mapping": "{{a: 1, key: {0} {1} {2}}}\n",
    "in a list": "- key: '{0}\n    {1} {2}'\n",
}


@pytest.mark.parametrize("style", STYLES)
def test_each_word_of_a_value_is_found(style: str) -> None:
    words = ("alpha", "beta.gamma", "delta()") if style != "in a flow mapping" else ("alpha", "beta", "gamma")
    text = STYLES[style].format(*words)
    document = read_yaml(text.encode(), "a.yaml")[0][0]
    value, start = document.data["key"], document.locate(("key",))
    for word in words:
        found = place_in(text, start, value, value.index(word))
        assert text.split("\n")[found.line - 1][found.column - 1 :].startswith(word)
        last = place_in(text, start, value, value.index(word) + len(word) - 1)
        assert text.split("\n")[last.line - 1][last.column - 1] == word[-1]
    end = place_in(text, start, value, len(value))
    assert text.split("\n")[end.line - 1][: end.column - 1].endswith(words[-1][-1])


def test_escapes_and_doubled_quotes_are_followed() -> None:
    text = "key: 'a == ''b'' && c'\n"
    assert place_in(text, *start(text), 0)[1:] == (1, 7)
    value = "a == 'b' && c"
    assert place_in(text, *start(text), value.index("c"))[1:] == (1, 21)
    text = 'key: "a \\"b\\" \\x63 \\n \\\\ d"\n'
    value = 'a "b" c \n \\ d'
    for word, column in (("b", 11), ("c", 15), ("\\", 23), ("d", 26)):
        assert place_in(text, *start(text), value.index(word))[1:] == (1, column)


def start(text: str) -> tuple[object, str]:  # type: ignore[type-arg]
    document = read_yaml(text.encode(), "a.yaml")[0][0]
    return document.locate(("key",)), document.data["key"]


@given(
    st.text(alphabet="ab'\"\\ \n.:#{}", min_size=1, max_size=60).filter(lambda text: text.strip()),
    st.sampled_from(["'", '"', "|", ">"]),
    st.integers(0, 60),
)
def test_the_character_there_is_that_of_the_value(value: str, style: str, offset: int) -> None:
    text = yaml.dump({"key": value}, default_style=style, width=20)
    read = read_yaml(text.encode(), "a.yaml")[0]
    if not read or not isinstance(read[0].data.get("key"), str):
        return
    value, begin = read[0].data["key"], read[0].locate(("key",))
    found = place_in(text, begin, value, offset)
    if offset < len(value) and not value[offset].isspace():
        there = text.split("\n")[found.line - 1][found.column - 1 :]
        assert there[:1] == value[offset] or there[:1] == "\\"
