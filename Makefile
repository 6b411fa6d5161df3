# Everything a developer or a newcomer does here is one word: `make help` lists them.
PY ?= $(shell for p in python3.14 python3.13 python3.12 python3.11 python3; do command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.DEFAULT_GOAL := help
.PHONY: help setup run test servers check bench kill faults format lock clean

help:  ## list the targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk 'BEGIN {FS = ":.*## "} {printf "  make %-9s %s\n", $$1, $$2}'

setup: $(READY)  ## make .venv with everything that comes from PyPI

$(READY): requirements-dev.txt pyproject.toml tinbai/__init__.py
	@sh scripts/setup.sh "$(PY)" "$(VENV)"
	@touch $@

run: $(READY)  ## watch a school's mail become a story, an answer and a digest (no account, no network)
	@$(BIN)/tinbai demo

test: $(READY)  ## the tests that need Python packages only
	@$(BIN)/python -m pytest -q -n auto -m "not servers"
	@echo "Real Dovecot, SMTP submission, PostgreSQL and Chromium were left out: 'make servers' installs them, 'make check' runs everything."

servers:  ## install the Debian packages the full tests use: Dovecot, PostgreSQL, Chromium, fonts (needs root)
	@sh scripts/servers.sh

check: $(READY)  ## format, lint, types, import contract, conventions and all tests; a missing server fails
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python -m pytest -q -n auto

bench: $(READY)  ## measure, beside a named rival in the same run
	@$(BIN)/python -m bench

kill: $(READY)  ## kill the daemon a thousand times at every kind of moment, and prove that nothing is lost or doubled
	@$(BIN)/python -m tests.campaign kill --kills 1000
	@$(BIN)/python -m tests.campaign kill --kills 300 --database postgresql

faults: $(READY)  ## delay, cut, stall and reset IMAP, SMTP and HTTP, and prove the same
	@$(BIN)/python -m tests.campaign faults

format: $(READY)  ## let ruff format the code and mend what it can
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

lock:  ## write requirements-dev.txt anew (needs uv); the file names no registry
	uv pip compile --universal --generate-hashes --python-version 3.11 --no-header --all-extras --group dev pyproject.toml -o requirements-dev.txt

clean:  ## remove what setup and the tests made
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis build dist
