"""Loads YAML text: to located data, to the models of ``spec``, to a catalog of promises."""
