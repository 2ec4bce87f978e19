PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
# The venv carries its own stamps, so that deleting it is enough to begin anew.
INSTALLED := $(VENV)/.installed
INSTALLED_DEV := $(VENV)/.installed-dev
INSTALLED_BENCH := $(VENV)/.installed-bench

.PHONY: demo test test-slow bench bench-quick lint clean
.DELETE_ON_ERROR:

demo: $(INSTALLED)  ## run the embedded Guangzhou study
	$(BIN)/siting demo

test: lint $(INSTALLED_DEV)  ## lint and run the tests
	$(BIN)/python -m pytest -n auto -m "not slow"

test-slow: $(INSTALLED_DEV)  ## run the tests that take long
	$(BIN)/python -m pytest -m slow

bench: $(INSTALLED_BENCH)  ## all benchmarks, one process at a time (an hour); BENCH="--only p-center" for some
	$(BIN)/python -m bench $(BENCH)

bench-quick: $(INSTALLED_BENCH)  ## a few benchmarks within two minutes
	$(BIN)/python -m bench --quick $(BENCH)

lint: $(INSTALLED_DEV)  ## ruff, format check, mypy
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

clean:  ## remove the venv, caches and builds; runs/ stays
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

$(INSTALLED): pyproject.toml | $(BIN)/python
	@echo "Installing siting into $(VENV) (a minute or so)"
	$(PIP) install --quiet --upgrade "pip>=25.1"
	$(PIP) install --quiet --editable .
	touch $@

$(INSTALLED_DEV): pyproject.toml | $(INSTALLED)
	@echo "Installing what development needs into $(VENV)"
	$(PIP) install --quiet --editable ".[parquet,cbc]" --group dev
	touch $@

$(INSTALLED_BENCH): pyproject.toml | $(INSTALLED)
	@echo "Installing the peers that benchmarks compare with into $(VENV)"
	$(PIP) install --quiet --editable ".[parquet,cbc]" --group bench
	touch $@
