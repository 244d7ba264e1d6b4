"""Intelligence: who may read which property of what, and what stands in a view of it."""
