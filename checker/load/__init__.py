"""YAML text to located data, and located data to specs, references resolved."""
