# `make demo` and `make test` are all the set-up a fresh machine needs: they make .venv from uv.lock.
.PHONY: demo test test-exports test-bfcl test-tau2 test-adapters test-engines test-training check lint types proofs build clean
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.ready
READERS := .exports
BFCL := .bfcl
TAU2 := .tau2
ENGINES := .engines
TRAINING := .training
ADAPTERS := .adapters
STACKS := trl verifiers skyrl openenv inspect verl nemo
NEMO_PYTHON ?= >=3.13
UV := $(shell command -v uv || echo .uv/bin/uv)

demo: $(STAMP)
	$(BIN)/envfarm demo --out runs/demo

test: $(STAMP)
	$(BIN)/pytest -q -m "not slow" -n auto --dist loadfile --no-loadscope-reorder

proofs: $(STAMP) # the slow ones: minutes each
	$(BIN)/pytest -q -m slow

test-exports: $(STAMP) $(READERS)/.ready # exports are read by the libraries they are for, in an environment of their own
	$(BIN)/pytest -q -m slow tests/proofs/test_exports.py

test-bfcl: $(BFCL)/.ready # the bridge to BFCL, in an environment that has BFCL's package
	$(BFCL)/bin/pytest -q tests/evaluation/bfcl tests/cli/test_bfcl.py
	$(BFCL)/bin/python benchmarks/bfcl.py

test-tau2: $(TAU2)/.ready # the bridge to tau2-bench, in an environment that has it
	$(TAU2)/bin/pytest -q tests/evaluation/tau2 tests/cli/test_tau2.py
	$(TAU2)/bin/envfarm sample --tasks 60 --seed 3 --out runs/tau2-tasks
	$(TAU2)/bin/python -m benchmarks.tau2 runs/tau2-tasks/tasks.jsonl
	$(TAU2)/bin/python -m benchmarks.tau2_served

test-training: $(STAMP) $(TRAINING)/.ready # the recipes and a small proof, with PyTorch, in an environment of their own
	$(BIN)/pytest -q -m slow tests/proofs/test_training.py

test-engines: $(ENGINES)/.ready # the engine that takes Ray, which is too large for everybody's environment
	$(ENGINES)/bin/pytest -q -m slow tests/proofs/test_engines.py

test-adapters: $(STAMP) $(STACKS:%=$(ADAPTERS)/%/.ready) # trainers play, each in an environment of its own; gigabytes
	$(BIN)/pytest -q -m slow tests/proofs/test_adapters.py

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
	$(UV) sync --frozen --all-extras --no-extra ray
	touch $(STAMP)

$(READERS)/.ready: tests/proofs/exports/requirements.txt tests/proofs/exports/unaided.txt | $(STAMP)
	$(UV) venv -q --clear $(READERS)
	$(UV) pip install -q --python $(READERS) -r tests/proofs/exports/requirements.txt
	$(UV) pip install -q --python $(READERS) --no-deps -r tests/proofs/exports/unaided.txt
	touch $@

$(BFCL)/.ready: pyproject.toml envkit/pyproject.toml uv.lock evaluation/bfcl/requirements.txt | $(STAMP)
	UV_PROJECT_ENVIRONMENT=$(BFCL) $(UV) sync --frozen
	$(UV) pip install -q --python $(BFCL) --no-deps -r evaluation/bfcl/requirements.txt
	touch $@

$(TAU2)/.ready: pyproject.toml envkit/pyproject.toml uv.lock evaluation/tau2/requirements.txt | $(STAMP)
	UV_PROJECT_ENVIRONMENT=$(TAU2) $(UV) sync --frozen
	$(UV) pip install -q --python $(TAU2) -r evaluation/tau2/requirements.txt
	touch $@

$(TRAINING)/.ready: training/requirements.txt pyproject.toml | $(STAMP)
	$(UV) venv -q --clear $(TRAINING)
	$(UV) pip install -q --python $(TRAINING) -r pyproject.toml -r training/requirements.txt
	touch $@

$(ENGINES)/.ready: pyproject.toml envkit/pyproject.toml uv.lock | $(STAMP)
	UV_PROJECT_ENVIRONMENT=$(ENGINES) $(UV) sync --frozen --extra ray
	touch $@

$(ADAPTERS)/%/.ready: tests/proofs/adapters/%/requirements.txt | $(STAMP)
	$(UV) venv -q --clear --python $(BIN)/python $(@D)
	$(UV) pip install -q --python $(@D) -r $<
	test ! -f $(<D)/unaided.txt || $(UV) pip install -q --python $(@D) --no-deps -r $(<D)/unaided.txt
	touch $@

# NeMo Gym asks for a patch release of 3.13; an older one serves for what is tested. uv takes an interpreter that it finds,
# or downloads one; where it can do neither, NEMO_PYTHON says where one is.
$(ADAPTERS)/nemo/.ready: tests/proofs/adapters/nemo/requirements.txt tests/proofs/adapters/nemo/unaided.txt | $(STAMP)
	$(UV) venv -q --clear --seed --python "$(NEMO_PYTHON)" $(@D)
	$(UV) pip install -q --python $(@D) -r $<
	$(@D)/bin/pip install -q --ignore-requires-python --no-deps -r $(<D)/unaided.txt
	touch $@

clean:
	rm -rf $(VENV) $(READERS) $(BFCL) $(TAU2) $(ADAPTERS) $(ENGINES) $(TRAINING) .uv runs
