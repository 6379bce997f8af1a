"""Turns validated documents into objectives: follows references and fills in defaults."""
