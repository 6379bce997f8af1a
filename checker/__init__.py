"""checker: promises about a service, written in YAML, judged against what was measured."""

__version__ = "0.1.0"
