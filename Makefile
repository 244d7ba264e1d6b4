# Aliases: the real command is `python3 bootstrap.py VERB`. Arguments: make test ARGS="-k consent"
PYTHON ?= python3

.PHONY: run test bench lint docs mutants malformed setup
run test bench lint docs mutants malformed setup:
	@$(PYTHON) bootstrap.py $@ $(ARGS)
