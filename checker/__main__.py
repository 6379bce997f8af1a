"""The command ``checker``, also run as ``python -m checker``."""

import gc

# Almost everything that is imported and read lives until the report is written, so collecting garbage would free
# little.
gc.disable()

from checker.cli import entry  # noqa: E402

if __name__ == "__main__":
    entry()
