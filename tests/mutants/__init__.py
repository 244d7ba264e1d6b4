"""The mutation campaign over the calculus: every small wrong change to it must be noticed by a test.

Rules:
1. A mutant is the source of one module with one change: a comparison turned, a bound shifted, a branch forced, a word
   of a verdict replaced, a condition dropped.
2. It is killed when the worlds, the laws, the other evaluators or the unit tests of the calculus notice.
3. A mutant that nothing can notice is *equivalent*: it stands in `equivalent.yaml` with the reason why. A reason there
   that no survivor needs is an error, too.
"""
