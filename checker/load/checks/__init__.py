"""Checks that the models cannot make: names, references, thresholds, and settings that contradict each other."""
