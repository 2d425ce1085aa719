# `make help` lists what there is. Needs Python >= 3.11; everything else is installed into .venv.

PORT ?= 8000
BOTS ?= 12
ARGS ?=
VENV := .venv
BIN := $(VENV)/bin
RUN_READY := $(VENV)/.ready-to-run
DEV_READY := $(VENV)/.ready-to-develop
SETUP := scripts/setup-venv scripts/find-python scripts/system-packages pyproject.toml

.DEFAULT_GOAL := help
.PHONY: help run test check bench lock clean compiler

help: ## List the commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-7s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: $(RUN_READY) ## Open the bar, with bots in it (PORT=8000 BOTS=12)
	@echo "VirtuBar opens at http://127.0.0.1:$(PORT)/ (Ctrl-C closes it)"
	@$(BIN)/virtubar serve --port $(PORT) --demo-bots $(BOTS) $(ARGS)

test: check compiler ## Run every check and every test, with branch coverage (ARGS="-k chat")
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest $(ARGS)
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report

check: $(DEV_READY) ## Lint, check the formatting and the types
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

bench: $(DEV_READY) compiler ## Measure this server against others on this machine (ARGS="--quick")
	$(BIN)/python -m benchmarks $(ARGS)

lock: ## Write the lock files again from pyproject.toml (UPGRADE=1 takes the newest versions)
	scripts/lock $(if $(UPGRADE),--upgrade)

clean: ## Remove everything that these commands have made
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage .coverage.* \
		build dist benchmarks/results
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(RUN_READY): requirements.lock requirements-build.lock $(SETUP)
	@scripts/setup-venv requirements.lock requirements-build.lock
	@touch $@

# The development lock holds the other two.
$(DEV_READY): requirements-dev.lock $(SETUP)
	@scripts/setup-venv requirements-dev.lock
	@touch $(RUN_READY) $@

compiler:
	@echo '#include <zlib.h>' | cc -E -xc - >/dev/null 2>&1 || \
		scripts/system-packages "the C program that the benchmarks compare with" gcc libc6-dev zlib1g-dev
