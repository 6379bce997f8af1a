"""The policy over the verdicts: the release decision. It can only tighten what the verdicts say."""
