# Two commands: `make replay` loads Huitian and prints promised versus achieved; `make test` tests everything.
# Both set up a virtual environment of their own; nothing else needs to be installed.

VENV ?= .venv
BIN := $(VENV)/bin
# Made anew by every replay, so not where anyone keeps a ledger of their own.
LEDGER := build/replay.db
PAGE := build/huitian.html
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help replay test test-all nightly lint format docs notebook bench mutation clean

help:
	@sed -n 's/^\([a-z-]*\):.*## /\1  /p' Makefile

$(VENV)/installed: pyproject.toml constraints.txt
	@sh tools/find-python.sh $(VENV)
	@$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[postgresql,notebook,analytics,excel]' --group dev
	@touch $@

$(VENV)/spark: $(VENV)/installed
	@$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[spark]'
	@touch $@

$(VENV)/docs: $(VENV)/installed
	@$(BIN)/python -m pip install --quiet --constraint constraints.txt --group docs
	@touch $@

replay: $(VENV)/installed  ## load Huitian into a SQLite ledger and print promised versus achieved
	@mkdir -p build && rm -f $(LEDGER)
	@$(BIN)/milestone-ledger --db $(LEDGER) init examples/huitian/programme.toml
	@$(BIN)/milestone-ledger --db $(LEDGER) import examples/huitian --yes 2>/dev/null | tail -n 1
	@echo
	@$(BIN)/milestone-ledger --db $(LEDGER) status --as-of 2022-12-31
	@for day in 2019-08-14 2018-12-31; do echo; \
	  $(BIN)/milestone-ledger --db $(LEDGER) status --brief --as-of $$day --published-by $$day; done
	@echo
	@$(BIN)/milestone-ledger --db $(LEDGER) page $(PAGE) --force
	@$(BIN)/python tools/charts.py $(LEDGER) build/charts 2018-07-01 2022-12-31
	@echo "台账在 $(LEDGER)；逐项查看：$(BIN)/milestone-ledger --db $(LEDGER) project 北郊农场桥 --as-of 2018-12-31"

test: $(VENV)/installed lint  ## check style, types and layers, and run all tests on both databases
	@HYPOTHESIS_PROFILE=$${HYPOTHESIS_PROFILE:-dev} $(BIN)/python -m pytest -q -n 2 --dist worksteal

test-all: $(VENV)/spark  ## the tests too heavy for `make test`: on Spark (Java 17), and in a browser (Chromium)
	@$(BIN)/python -m pytest -q -m 'spark or browser'

nightly: $(VENV)/installed  ## the property tests with many more examples, and hundreds of crashes
	@HYPOTHESIS_PROFILE=nightly $(BIN)/python -m pytest -q -n 2 --dist worksteal tests/property tests/stateful tests/contract/test_crash.py

lint: $(VENV)/installed  ## style, types, layers
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --quiet --check .
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/lint-imports --no-logo > /dev/null || $(BIN)/lint-imports

format: $(VENV)/installed  ## format the code
	@$(BIN)/ruff check --quiet --fix .
	@$(BIN)/ruff format --quiet .

docs: $(VENV)/docs  ## build the documents into build/docs, and test what was built
	@$(BIN)/sphinx-build --quiet --fail-on-warning --keep-going --nitpicky -d build/doctrees docs build/docs
	@$(BIN)/python -m pytest -q -m docs tests/docs

notebook: $(VENV)/installed  ## run the example notebook and write its output
	@$(BIN)/python tools/notebook.py

bench: $(VENV)/installed  ## measure us beside floors and peers, into bench/README.md (hours, on a quiet machine)
	@$(BIN)/python -m bench --write bench/README.md

mutation: $(VENV)/installed  ## change the code in small ways, and count what the tests notice (takes hours)
	@nice $(BIN)/python tools/mutation

clean:  ## remove what the other commands made
	rm -rf $(VENV) dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
