"""YAML text becomes located data, located data the models of ``spec``, and these a catalog of promises."""
