"""Reads YAML and JSON bytes into documents with the place of every node; explains every refusal."""
