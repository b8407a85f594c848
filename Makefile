# Set-up runs once: .venv/.installed is newer than pyproject.toml, .venv/.dev says that the tools for tests are there too.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: demo test test-postgresql test-all lint style types architecture clean

demo: .venv/.installed
	$(BIN)/briefing demo

test: .venv/.dev
	$(BIN)/python -m pytest -n auto --dist worksteal -m "not slow"

test-postgresql: .venv/.dev
	$(BIN)/python -m pytest -n auto --dist worksteal -m "not slow" --store postgresql

test-all: .venv/.dev
	$(BIN)/python -m pytest

lint: style types architecture

style: .venv/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: .venv/.dev
	$(BIN)/mypy

architecture: .venv/.dev
	$(BIN)/python -m pytest tests/test_architecture.py

clean:
	rm -rf .venv out build dist .mypy_cache .ruff_cache .pytest_cache

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/.installed: pyproject.toml | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e .
	touch $@

.venv/.dev: .venv/.installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e ".[dev]"
	touch $@
