# `make app` and `make test` are all that a fresh machine needs. A second run installs nothing again.
# PYTHON=python3.12 chooses another interpreter, PORT=9000 another port.

.DEFAULT_GOAL := help
.PHONY: help app test hostile bench bench-full audit lint format clean

PORT ?= 8501
# Processes that test, a file each: many tests wait for a browser, a worker or a database.
TESTERS ?= 3
VENV := .venv
BIN := $(VENV)/bin

# The first of these that TensorFlow has a build for.
PYTHON ?= $(shell for python in python3 python3.13 python3.12 python3.11; do \
	"$$python" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null \
	&& echo "$$python" && break; done)

help:
	@echo "make app     install, and start the app on http://localhost:$(PORT)"
	@echo "make test    install, and run every test"
	@echo "make hostile the long tests of bad input, faults and load, and their figures in docs/reliability.md"
	@echo "make bench   how fast it is, beside others, in half an hour; its figures in docs/performance.md"
	@echo "make bench-full the same, everything on everything, however long it takes"
	@echo "make audit   known faults of what is installed (asks PyPI)"
	@echo "make lint    ruff and mypy"
	@echo "make format  lay the code out"
	@echo "make clean   remove the virtual environment and every cache"

app: $(VENV)/.installed
	$(BIN)/artml serve --port $(PORT)

test: $(VENV)/.installed-dev
	$(BIN)/python -m pytest --numprocesses $(TESTERS) --dist loadfile --cov --cov-report=term

hostile: $(VENV)/.installed-dev
	rm -f .hostile.jsonl
	$(BIN)/python -m pytest -m hostile
	$(BIN)/python -m tests.reliability

bench: $(VENV)/.installed-bench
	$(BIN)/python -m benchmarks

bench-full: $(VENV)/.installed-bench
	$(BIN)/python -m benchmarks --full

audit: $(VENV)/.installed-dev
	$(BIN)/python -m pip install --quiet --disable-pip-version-check "pip-audit>=2.10,<3"
	$(BIN)/pip-audit --skip-editable

lint: $(VENV)/.installed-dev
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

format: $(VENV)/.installed-dev
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

clean:
	rm -rf $(VENV) build *.egg-info .coverage .mypy_cache .pytest_cache .ruff_cache .hypothesis .hostile.jsonl

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "artml needs Python 3.11, 3.12 or 3.13, and none is on the path." \
		"Install one, or name it: make app PYTHON=/path/to/python3.12" >&2; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "artml needs Python 3.11 or newer, and $(PYTHON) is: $$("$(PYTHON)" --version 2>&1 | head -n 1)." \
		"Name another: make app PYTHON=python3.12" >&2; exit 1; }
	@"$(PYTHON)" -m venv $(VENV) || { rm -rf $(VENV); \
		echo "No virtual environment could be made. On Debian: apt-get install python3-venv" >&2; exit 1; }

$(VENV)/.installed: requirements.txt pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/.installed-dev: requirements-dev.txt $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --requirement requirements-dev.txt
	@touch $@

# A contender that cannot be installed is left out of the comparison, which says so.
$(VENV)/.installed-bench: benchmarks/requirements.txt $(VENV)/.installed-dev
	-$(BIN)/python -m pip install --quiet --disable-pip-version-check --requirement benchmarks/requirements.txt
	@touch $@
