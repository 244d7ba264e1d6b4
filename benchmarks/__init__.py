"""How fast, beside whom: ours and the peers in one run, as ratios; figures to look at, never tests.

`python3 bootstrap.py bench` sets the peers up and runs all; `--quick` takes a tenth of the sizes.
"""
