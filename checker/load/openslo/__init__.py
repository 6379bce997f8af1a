"""OpenSLO as it is found: its other versions, and what real files get wrong, read as it is meant."""
