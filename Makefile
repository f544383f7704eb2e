PYTHON ?= python3
BIN := .venv/bin
PROTOS := $(wildcard proto/roadside/*/v1/*.proto)
BASELINE := benchmarks/regression/demo.json
SERVICES := $(shell grep -l '^service ' $(PROTOS))

.PHONY: setup setup-simulation demo test lint regression regression-baseline check bench proto scenes regenerate

setup: .venv/ready

.venv/ready: pyproject.toml requirements.lock
	$(PYTHON) -m venv .venv && $(BIN)/pip install --quiet --disable-pip-version-check $(shell grep '^uv==' requirements.lock)
	$(BIN)/uv pip install --quiet --python $(BIN)/python -r requirements.lock -e .
	touch $@

# SUMO, OpenGL and CAN for simulation/ and its tests; the service needs none of them.
setup-simulation: .venv/simulation-ready

.venv/simulation-ready: .venv/ready requirements-simulation.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python -r requirements-simulation.lock
	touch $@

demo: setup
	$(BIN)/roadside demo

test: setup-simulation
	$(BIN)/pytest

lint: setup-simulation
	$(BIN)/ruff check && $(BIN)/ruff format --check && $(BIN)/mypy && $(BIN)/lint-imports

regression: setup
	$(BIN)/roadside evaluate replay_data/demo.mcap --against $(BASELINE)

# After a change that is meant: look at what it says, then commit it.
regression-baseline: setup
	$(BIN)/roadside evaluate replay_data/demo.mcap --json > $(BASELINE).new
	$(BIN)/python -m json.tool --indent 1 $(BASELINE).new $(BASELINE)
	rm $(BASELINE).new

check: lint test regression

# Renders every scene with truth anew (about an hour on two cores); some: make scenes SCENES="junction_fog corridor"
scenes: setup-simulation
	$(BIN)/python -m simulation scenes $(SCENES)

# Makes the first two seconds of every scene again and compares them, byte by byte, with what is recorded.
regenerate: setup-simulation
	$(BIN)/python -m simulation regenerate $(SCENES)

bench: setup
	$(BIN)/python -m benchmarks.detection && $(BIN)/python -m benchmarks.replay_share

proto: setup
	$(BIN)/python -m grpc_tools.protoc -I proto --python_out=. --pyi_out=. $(PROTOS)
	$(BIN)/python -m grpc_tools.protoc -I proto --grpc_python_out=. $(SERVICES)
	touch $(foreach folder,$(sort $(dir $(PROTOS:proto/%=%))),$(folder)__init__.py)
