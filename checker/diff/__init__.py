"""What changed between two catalogs, promise by promise, and whether a promise became weaker.

A change counts as weaker unless it is provably equal or stricter. Stricter means: every value that passes now, or
is only a WARN, did so before. Pure: no I/O, no clock. ``compare`` is the entry point. The tables in ``objective``,
``indicator``, ``waiver`` and ``documents`` state for each field which direction is stricter; a field in no table
counts as weaker whenever it differs.
"""
