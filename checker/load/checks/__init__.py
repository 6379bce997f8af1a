"""What the models cannot see: names, references, thresholds and settings that do not go together."""
