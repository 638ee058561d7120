# `make demo` and `make test` are all the set-up a fresh machine needs: they make .venv from uv.lock.
.PHONY: demo test check lint types proofs build clean
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.ready
UV := $(shell command -v uv || echo .uv/bin/uv)

demo: $(STAMP)
	$(BIN)/envfarm demo --out runs/demo

test: $(STAMP)
	$(BIN)/pytest -q -m "not slow"

proofs: $(STAMP) # the slow ones: minutes each
	$(BIN)/pytest -q -m slow

check: lint types build test

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(STAMP)
	$(BIN)/mypy

build: $(STAMP) # the committed servers are what the blueprints emit
	$(BIN)/envfarm build --check

$(STAMP): pyproject.toml envkit/pyproject.toml uv.lock
	command -v $(UV) >/dev/null || (python3 -m venv .uv && .uv/bin/pip install -q "uv>=0.9")
	$(UV) sync --frozen --all-extras
	touch $(STAMP)

clean:
	rm -rf $(VENV) .uv runs
