"""Mends mappings in real OpenSLO files whose keys are not OpenSLO's, but can have only one meaning."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from checker.load.openslo.departure import Departure, of_key
from checker.load.openslo.mend_values import word
from checker.load.openslo.node import Node


def _operator(node: Node) -> Iterator[Departure]:
    operator = node.get("operator")
    if operator is None or "op" in node.value:
        return
    if "conditionRef" in node.value:
        del node.value["operator"]
        message = "OpenSLO has no 'operator' beside 'conditionRef': there is exactly one condition"
        yield of_key(operator, message, "remove it")
    elif {"target", "targetPercent", "threshold", "lookbackWindow"} & node.value.keys():
        node.rename("operator", "op")
        yield of_key(operator, "OpenSLO spells 'operator' shorter", "write op")


def _no_op(node: Node) -> Iterator[Departure]:
    others = node.value.keys() - {"kind", "alertAfter"}  # any other key may be a misspelt 'op'
    if others == {"threshold", "lookbackWindow"}:
        node.put("op", "gte")
        message = "the condition does not say how the burn rate is compared; it is read as 'at least'"
        yield Departure(node.mark, message, "add op: gte")


def _condition_kind(node: Node) -> Iterator[Departure]:
    kind = node.get("kind")
    if kind is not None and "lookbackWindow" in node.value and (found := word("burnrate")(kind)):
        yield found


def _rolling(node: Node) -> Iterator[Departure]:
    """A window that states only its duration."""
    if node.value.keys() == {"duration"}:
        node.put("isRolling", True)
        message = "the window does not say whether it is rolling; it is read as rolling"
        yield Departure(node.mark, message, "add isRolling: true")


def _namespace(node: Node) -> Iterator[Departure]:
    metadata = node.get("metadata")
    namespace = None if metadata is None else metadata.get("namespace")
    if metadata is not None and namespace is not None:
        metadata.pop("namespace")
        yield of_key(namespace, "OpenSLO has no namespaces; it is not read", "remove it")


def _nameless(node: Node) -> Iterator[Departure]:
    """An indicator without metadata, which OpenSLO requires but nothing uses."""
    indicator = node.get("indicator")
    if indicator is not None and indicator.is_mapping and indicator.value.keys() == {"spec"}:
        indicator.put("metadata", {"name": "indicator"})
        yield of_key(indicator, "the indicator has no name", "add metadata: {name: …}")


SHAPES: tuple[Callable[[Node], Iterator[Departure]], ...] = (
    _operator, _no_op, _condition_kind, _rolling, _namespace, _nameless,
)  # fmt: skip
"""The mends that are tried on every mapping."""
