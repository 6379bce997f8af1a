"""Bytes become documents: YAML and JSON, with the place of every node, and every refusal in words."""
