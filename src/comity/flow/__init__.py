"""Composes the instruments and the calculus into the answers people ask for."""
