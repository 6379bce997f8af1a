"""Validates documents with the models of ``spec``; explains what is wrong, where, and the remedy."""
