"""Benchmarks of checker against the tools and scripts people would use instead.

    python -m bench [NAME...] [--json FILE]

Whole processes, as a shell or a pipeline starts them; two commands in turn, A B A B, so that both meet the
same machine. Every benchmark first asserts that both sides did the job, then times them. It writes below the
system's directory for temporary files only, and asks nothing beyond this machine.
"""
