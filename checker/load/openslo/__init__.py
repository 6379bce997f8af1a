"""Reads OpenSLO files as they occur: its other versions, and common mistakes whose intention is clear."""
