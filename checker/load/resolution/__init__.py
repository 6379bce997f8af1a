"""Validated documents become objectives: references followed, defaults filled in."""
