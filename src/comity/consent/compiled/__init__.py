"""The calculus compiled to columns and bit sets: verdicts for all parties and things at once.

It reads the fact rows alone, and calls no other evaluator. `Compiled(facts).at(question, on, known).of(things)` gives
the verdicts; `comity.consent.compiled.records` filters a million records by them.
"""
