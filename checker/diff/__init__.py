"""What changed between two catalogs, promise by promise, and whether it asks less than before.

A change counts as weaker unless it is provably equal or stricter. Stricter means that nothing passes, or is only
a WARN, that did not before. Pure: no I/O, no clock. ``compare`` is the way in; the tables in ``objective``,
``indicator``, ``waiver`` and ``documents`` say of every field in which direction it is stricter, and a field
that no table names counts as weaker whenever it differs.
"""
