"""The web faces: pages for people and an HTTP API for programs, over the same functions.

Rules:
1. A handler reads a request, calls one function of the library, and renders one product.
2. Everything shown is worked out from what the visitor's audience may read; the one thing asked of the whole book is
   the word of a decision, told as `comity.consent.disclosure` allows.
3. Nothing is fetched from anywhere else: style, script and pictures come from here.
"""
