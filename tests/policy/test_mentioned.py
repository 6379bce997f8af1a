"""What is left out of an input is nothing that a rule could miss."""

from __future__ import annotations

import pytest
from cel_expr_python import cel
from hypothesis import given
from hypothesis import strategies as st

from checker.model import Document, Place
from checker.policy.inputs import document_input, head_input
from checker.policy.inputs.made import made
from checker.policy.mentioned import mentioned


@pytest.mark.parametrize(
    ("expression", "fields"),
    [
        ("true", ()),
        ("document.name != ''", ("name",)),
        ("document.labels.team == 'a' && document.labels['tier'] == '1'", ("labels",)),
        ("document.name.startsWith(document.kind)", ("name", "kind")),
        (
            "has(document.spec.owner) || document . // the\n// document.s\n kind == 'SLO'",
            ("spec", "kind", "s"),
        ),
        ("objective.document == 'a'", None),
        ("[document].exists(each, each.name == '')", None),
        ("document['name'] == ''", None),
        ("document.`name` == ''", None),
        ("size(document) > 1", None),
        ("document.size() > 1", None),
        ("document.exists // as in a.b\n (key, key == 'name')", None),
        ("document // as in a.b\n .exists(key, key == 'name')", None),
        ("mydocument.name == documents.name", ()),
    ],
)
def test_the_fields_that_an_expression_mentions(expression: str, fields: tuple[str, ...] | None) -> None:
    found = mentioned(["now > 1", expression], ["document", "now", "environment"])
    assert found["document"] == (None if fields is None else frozenset(fields))
    assert (found["now"], found["environment"]) == (None, frozenset())


def test_what_is_made_of_a_document_is_what_is_mentioned() -> None:
    data = {
        "kind": "SLO",
        "metadata": {"name": "shop"},
        "spec": {"description": "What for.", "owner": "team"},
    }
    document = Document("shop.yaml", 0, data, Place(1, 1))
    assert document_input(document, frozenset({"name", "spec", "size"})) == {
        "name": "shop",
        "spec": data["spec"],
    }
    assert head_input(document, frozenset({"file", "spec"})) == {"file": "shop.yaml"}
    assert head_input(None, frozenset()) == {}
    assert list(document_input(document)) == [*head_input(document), "spec"]


INPUT = {
    "document": {"name": "shop", "kind": "SLO", "labels": {"team": "a", "name": "b"}},
    "objective": {"name": "shop/latency", "document": "shop", "labels": {}},
}
USES = """
document . name
document . labels . team
objective . document
objective . labels
document
size ( document )
document . size ( )
document [ 'name' ]
document . labels [ 'name' ]
has ( document . kind )
has ( document . labels . none )
( document ) . kind
[ document ] [ 0 ] . kind
{ 'document' : document } . document . kind
document . exists ( k , k == 'kind' )
'kind' in document
[ document ] . map ( objective , objective . kind )
document . map ( name , name )
'document.name'
[ 1 ] . map ( document , document )
document == document
dyn ( document ) . name
r'//' + document . name
document . name . startsWith ( document . kind )
objective . name == document . name ? 1 : document . labels
""".strip().splitlines()
"""With spaces between the words."""
GAPS = ["", "", " ", "\n", "\t\r\n", "// objective.\n", " //\n", "// document.name (\n", "//'\n"]


@st.composite
def expressions(draw: st.DrawFn) -> str:
    """A list of uses of an input, with gaps and comments between the words."""
    uses = draw(st.lists(st.sampled_from(USES), min_size=1, max_size=4))
    words = f"[ {' , '.join(f'dyn ( {each} )' for each in uses)} ]".split(" ")
    gaps = [draw(st.sampled_from(GAPS)) for _ in words]
    # Two words that would be one without a gap are kept apart.
    return "".join(
        gap + (f" {word} " if word == "in" else word) for gap, word in zip(gaps, words, strict=True)
    )


@given(expressions())
def test_a_rule_sees_no_difference(expression: str) -> None:
    environment = cel.NewEnv(variables=dict.fromkeys(INPUT, cel.Type.DYN))
    compiled = environment.compile(expression)
    keys = mentioned([expression], list(INPUT))
    some = {
        variable: made({field: lambda it, field=field: it[field] for field in fields}, fields, keys[variable])  # type: ignore[misc]
        for variable, fields in INPUT.items()
    }
    results = [compiled.eval(environment.Activation(given)) for given in (INPUT, some)]
    assert [each.type() != cel.Type.ERROR for each in results] == [True, True]
    whole, part = (each.plain_value() for each in results)
    assert whole == part
