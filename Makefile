PYTHON ?= python3
BIN := .venv/bin
PROTOS := $(wildcard proto/roadside/*/v1/*.proto)
BASELINE := benchmarks/regression/demo.json
SERVICES := $(shell grep -l '^service ' $(PROTOS))

.PHONY: setup demo test lint regression regression-baseline check bench proto

setup: .venv/ready

.venv/ready: pyproject.toml requirements.lock
	$(PYTHON) -m venv .venv && $(BIN)/pip install --quiet --disable-pip-version-check $(shell grep '^uv==' requirements.lock)
	$(BIN)/uv pip install --quiet --python $(BIN)/python -r requirements.lock -e .
	touch $@

demo: setup
	$(BIN)/roadside demo

test: setup
	$(BIN)/pytest

lint: setup
	$(BIN)/ruff check && $(BIN)/ruff format --check && $(BIN)/mypy && $(BIN)/lint-imports

regression: setup
	$(BIN)/roadside evaluate replay_data/demo.mcap --against $(BASELINE)

# After a change that is meant: look at what it says, then commit it.
regression-baseline: setup
	$(BIN)/roadside evaluate replay_data/demo.mcap --json > $(BASELINE).new
	$(BIN)/python -m json.tool --indent 1 $(BASELINE).new $(BASELINE)
	rm $(BASELINE).new

check: lint test regression

bench: setup
	$(BIN)/python -m benchmarks.detection && $(BIN)/python -m benchmarks.replay_share

proto: setup
	$(BIN)/python -m grpc_tools.protoc -I proto --python_out=. --pyi_out=. $(PROTOS)
	$(BIN)/python -m grpc_tools.protoc -I proto --grpc_python_out=. $(SERVICES)
	touch $(foreach folder,$(sort $(dir $(PROTOS:proto/%=%))),$(folder)__init__.py)
