"""Documents against the models of ``file_format``: what comes of them, or what is wrong, where, and the mend."""
