"""Documents against the models of ``spec``: what comes of them, or what is wrong, where, and the mend."""
