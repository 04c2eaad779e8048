PY = .venv/bin/python
PYTEST_ARGS ?= -q -n auto --dist worksteal
FIT = import sys, ensurepip, venv, sqlite3, ssl; sys.exit(sys.version_info < (3, 11))
export PIP_DISABLE_PIP_VERSION_CHECK = 1
export PIP_BUILD_CONSTRAINT = constraints.txt

help:      ## what can be made
	@sed -nE 's/^([a-z]+):.*## (.*)/  make \1	\2/p' Makefile

demo: .venv/demo      ## a two-way sync to watch, embedded: nothing to set up
	@.venv/bin/pmhub demo

test: .venv/ready      ## every test but the long runs; PYTEST_ARGS="-x tests/engine" narrows it
	@$(PY) -m pytest $(PYTEST_ARGS)

check: .venv/ready      ## style, types, layers, docs
	@$(PY) -m ruff check . && $(PY) -m ruff format --check .
	@$(PY) -m mypy
	@.venv/bin/lint-imports --no-logo --no-cache
	@$(PY) -m pytest -q tests/architecture

soak: .venv/ready      ## the long runs
	@$(PY) -m pytest -m soak $(PYTEST_ARGS)

bench: .venv/ready      ## measure: see benchmarks/README.md
	@test -f benchmarks/__main__.py || { echo "benchmarks/ holds no measurement yet: see benchmarks/README.md" >&2; exit 1; }
	@$(PY) -m benchmarks

fixtures: .venv/ready      ## fetch what tests compare with and git does not hold
	@$(PY) tests/fixtures/fetch.py

.venv/made:
	@$(PY) -c '$(FIT)' 2>/dev/null || { \
	  for python in python3.14 python3.13 python3.12 python3.11 python3 python; do \
	    $$python -c '$(FIT)' 2>/dev/null && exec $$python -m venv --clear .venv; \
	  done; \
	  echo "pmhub needs Python 3.11 or newer with its venv module (Debian, Ubuntu: apt install python3 python3-venv)." >&2; exit 2; }
	@touch $@

.venv/demo: .venv/made pyproject.toml constraints.txt
	@echo "Installing into .venv ..."
	@$(PY) -m pip install --quiet -c constraints.txt --editable '.[demo]'
	@touch $@

.venv/ready: .venv/made pyproject.toml constraints.txt
	@echo "Installing into .venv ..."
	@$(PY) -m pip install --quiet -c constraints.txt --editable '.[dev]'
	@touch $@ .venv/demo

.PHONY: help demo test check soak bench fixtures
