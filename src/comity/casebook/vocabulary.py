"""The words agreements and events are written in (docs/agreements.md)."""

from __future__ import annotations

KINDS = (
    "armed-attack",
    "cyber-attack",
    "sabotage",
    "threat",
    "coercion",
    "coup",
    "unrest",
    "intervention-request",
    "treaty-breach",
    "terrorist-attack",
    "disaster",
)
"""Kinds of event."""

TARGETS = ("territory", "forces", "vessel", "aircraft", "space-asset", "infrastructure", "citizens")
"""What an event was directed against; a vessel is a public vessel."""

DUTIES = ("defend", "assist", "act", "consult", "notify", "admit", "refrain", "assure", "cooperate", "unknown")
"""What is owed."""

NON_STATE = "non-state"
"""An attacker that is no state."""
