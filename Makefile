# Two commands do all the set-up: `make demo` and `make test`. They need Python 3.11 or newer with venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
WORKERS ?= auto

.DEFAULT_GOAL := help
.PHONY: help demo test test-all check format bench docs classification clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

$(VENV)/core: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 or newer is needed; name it with: make PYTHON=python3.12 ..."; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(PIP) install --constraint constraints.txt --editable .
	@touch $@

$(VENV)/dev: $(VENV)/core
	$(PIP) install --constraint constraints.txt --editable '.[dev]'
	@touch $@

$(VENV)/bench: $(VENV)/dev
	$(PIP) install --constraint constraints.txt --editable '.[dev,bench]'
	@touch $@

demo: $(VENV)/core ## assess a real example, then say where to look next
	@sh examples/demo.sh $(BIN)/zjtx

test: $(VENV)/dev ## run the tests (slow ones sampled)
	$(BIN)/python -m pytest -n $(WORKERS)

test-all: $(VENV)/dev ## run every test whole
	ZJTX_TEST_ALL=1 $(BIN)/python -m pytest -n $(WORKERS)

check: $(VENV)/dev ## format, lint, types, imports, ontology, generated pages
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/zjtx ontology check --reasoner
	$(BIN)/zjtx ontology ledger --check docs
	$(BIN)/python -m zjtx_kg.report.library_page --check docs/queries.md

format: $(VENV)/dev ## format code and rule files, generate pages
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	$(BIN)/zjtx ontology format
	$(BIN)/zjtx ontology view
	$(BIN)/zjtx ontology ledger --out docs
	$(BIN)/python -m zjtx_kg.report.library_page docs/queries.md

bench: $(VENV)/bench ## measure against budgets and peers
	$(BIN)/python -m bench

docs: $(VENV)/dev ## pages of terms and rules in Chinese and English (build/docs)
	$(BIN)/zjtx ontology docs --out build/docs

classification: $(VENV)/dev ## what a reasoner finds in the rules (docs/classification.md; minutes)
	$(BIN)/zjtx ontology classify --out docs/classification.md

clean: ## remove the environment and caches
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
