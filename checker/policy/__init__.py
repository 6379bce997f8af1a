"""The policy on the verdicts: the release decision. Apart from waivers, it can only be stricter than the verdicts."""
