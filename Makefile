# `make` alone lists what there is. Variables of the README's table go on the command line: make run PORT=8001
PYTHON ?= python3
export PYTHONUTF8 = 1

.DEFAULT_GOAL := help
.PHONY: help run stop test lint bench

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## /make \1\t/p' Makefile | expand -t 16

run: ## set up what is missing and run the site at http://localhost:8000 (PORT=… for another port)
	@$(PYTHON) -B -m flightmap.bootstrap run

stop: ## stop the site that runs from this folder
	@if [ -x .venv/bin/python ]; then .venv/bin/python -m flightmap.services stop; else echo "Nothing runs."; fi

test: ## every check and every test
	@$(PYTHON) -B -m flightmap.bootstrap test

lint: ## the checks that need no database: formatting, rules, types
	@$(PYTHON) -B -m flightmap.bootstrap test --lint

bench: ## measure, and write docs/benchmarks.md
	@$(PYTHON) -B -m flightmap.bootstrap bench
