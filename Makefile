# `make` lists what can be done. `run` and `test` prepare everything that they need themselves.

BIN := .venv/bin
QUICK := $(wildcard tests/domain tests/house tests/eventlog tests/notifiers)
JOURNEYS := $(wildcard tests/journeys)
WORKERS ?= 3
AT_ONCE = -n $(WORKERS) --dist worksteal

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help run test check lint format types imports unit journeys soak stripe-check docs lock bench bench-scale \
        clean environment tools browser

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: environment ## Start the portal with all that it needs
	@$(BIN)/securemail run

test: lint types imports browser ## Check and test everything, 3 tests at a time or WORKERS
	$(BIN)/pytest $(AT_ONCE)

check: lint types imports unit ## Check and test what takes less than a minute

lint: tools ## Find mistakes and untidiness
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

format: tools ## Tidy the code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

types: tools ## Check the types
	$(BIN)/mypy

imports: tools ## Check that imports point one way
	$(BIN)/lint-imports

unit: tools ## Test the rules, without a browser
	SOAK_SCHEDULES=40 $(BIN)/pytest -q -m "not browser" $(QUICK)

journeys: tools browser ## Test whole journeys through the portal
	$(BIN)/pytest $(AT_ONCE) $(JOURNEYS)

soak: tools ## Break the log, 30 seconds a test or SOAK_SECONDS; try money 10,000 times or SOAK_SCHEDULES
	SOAK_SECONDS=$${SOAK_SECONDS:-30} $(BIN)/pytest tests/faults
	SOAK_SCHEDULES=$${SOAK_SCHEDULES:-10000} $(BIN)/pytest tests/domain/test_money.py

stripe-check: tools ## Try the contract of payments at Stripe, with STRIPE_TEST_KEY=sk_test_...
	$(BIN)/pytest -q tests/adapters/stripe_check.py

docs: environment ## Write docs/events.md and docs/states.md from the code
	$(BIN)/python -m domain.catalogue_page > docs/events.md
	$(BIN)/python -m domain.life_page > docs/states.md

lock: tools ## Write the lock files anew, with releases at least seven days old
	setup/lock

bench: tools ## Measure what we promise
	$(BIN)/python -m bench

bench-scale: tools ## Measure what a million events change
	$(BIN)/python -m bench scale

clean: ## Delete .venv and caches; .data stays
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

environment:
	@setup/environment run

tools:
	@setup/environment test

browser: tools
	@setup/browser
