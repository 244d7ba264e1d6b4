"""Consultation: who said what, what silence means, what the votes come to, and when it may lawfully be done."""
