"""What is left out of an input is nothing that a rule could miss."""

from __future__ import annotations

import pytest

from checker.model import Document, Place
from checker.policy.inputs import document_input, head_input
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
