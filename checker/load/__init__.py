"""YAML text becomes located data, located data the models of ``file_format``, and these a catalog of promises."""
