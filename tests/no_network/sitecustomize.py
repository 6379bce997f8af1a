"""Loaded by every Python process the tests start (it stands on their PYTHONPATH): loopback only."""

import loopback_only

loopback_only.enforce()
