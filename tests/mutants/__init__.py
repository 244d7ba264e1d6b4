"""The mutation campaign: every small wrong change to the calculus, the markings or the views is noticed by a test.

Rules:
1. A mutant is the source of one module with one change: a comparison turned, a bound shifted, a branch forced, a word
   of a verdict replaced, a condition dropped.
2. It is killed when the unit tests of its module notice; in the calculus also the worlds, the laws, and the other
   evaluators.
3. A mutant that nothing can notice is *equivalent*: it stands in `equivalent.yaml` with the reason why. A reason there
   that no survivor needs is an error, too.
"""
