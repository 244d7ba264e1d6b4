"""Frozen values: time, parties, labels, facts, verdicts. No input or output, no clock."""
