# `make help` lists what there is. Needs Python >= 3.11; everything else is installed into .venv.

PORT ?= 8000
BOTS ?= 12
ARGS ?=
VENV := .venv
DATA := .data
BIN := $(VENV)/bin
RUN_READY := $(VENV)/.ready-to-run
DEV_READY := $(VENV)/.ready-to-develop
WEB := apps/web
WEB_TOOLS := $(WEB)/node_modules/.ready
WEB_BUILT := src/virtubar/web/index.html
WEB_SOURCES := $(shell find $(WEB)/src $(WEB)/public $(WEB)/index.html $(WEB)/vite.config.ts \
	$(WEB)/package.json -type f 2>/dev/null)
SETUP := scripts/setup-venv scripts/find-python scripts/system-packages pyproject.toml

# The package with the way of a message compiled, where there is a C compiler; what `make run` serves.
COMPILED := $(CURDIR)/build/compiled
COMPILED_READY := build/.compiled
PYTHON_SOURCES := $(shell find src/virtubar -name '*.py' -o -name '*.pxd' 2>/dev/null)

# Whether the tests of units are traced, which makes them take more than twice the time.
COVERAGE ?= $(CI)
# Whole servers over real sockets, and programs beside them: never traced, their clocks run.
SERVERS := tests/system tests/benchmarks
UNITS := $(SERVERS:%=--ignore=%)
# What runs beside what: all of it, or what ARGS chooses; the longest first.
PARTS := $(if $(ARGS),python-test,browser-test compiled-test server-test \
	$(if $(COVERAGE),coverage,unit-test))

.DEFAULT_GOAL := help
.PHONY: help run dev dev-server dev-web format test python-test coverage check mutants bench bench-peers bench-crowd web web-test browser-test lock clean browser compiler postgres faketime
.PHONY: unit-test server-test compiled-test compiled headers

help: ## List the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: export VIRTUBAR_DATABASE_URL ?= sqlite:///$(DATA)/virtubar.db
run: export PYTHONPATH := $(COMPILED)
run: $(RUN_READY) $(WEB_BUILT) $(COMPILED_READY) | $(DATA) ## Open the bar, with bots in it (PORT=8000 BOTS=12)
	@echo "VirtuBar opens at http://127.0.0.1:$(PORT)/ (Ctrl-C closes it)"
	@$(BIN)/virtubar serve --port $(PORT) --demo-bots $(BOTS) $(ARGS)

dev: export VIRTUBAR_DATABASE_URL ?= sqlite:///$(DATA)/virtubar.db
dev: $(DEV_READY) $(WEB_TOOLS) | $(DATA) ## Serve what is being worked on: server and page start anew when a file changes
	@echo "The page is at http://localhost:5173/, the server at http://localhost:$(PORT)/ (Ctrl-C ends both)"
	@$(MAKE) --no-print-directory -j2 dev-server dev-web

dev-server:
	@$(BIN)/watchfiles --filter python --verbosity warning --sigint-timeout 10 \
		'$(BIN)/virtubar serve --port $(PORT) --demo-bots $(BOTS) $(ARGS)' src/virtubar

dev-web:
	@VIRTUBAR_URL=http://localhost:$(PORT) VITE_REALTIME_PROVIDER=ws \
		scripts/with-node $(WEB) npm run --silent dev -- --clearScreen false

# All that running leaves behind; what an earlier version left in this folder is taken along.
$(DATA):
	@mkdir -p $@
	@[ ! -e virtubar.db ] || mv virtubar.db* $@/

test: check compiled browser postgres faketime web-test ## Run every check and every test, those in a browser too (ARGS="-k chat")
	@$(MAKE) --no-print-directory -j2 $(PARTS)

python-test: $(DEV_READY)
	$(BIN)/pytest $(ARGS)

unit-test: $(DEV_READY)
	$(BIN)/pytest $(UNITS)

server-test: $(DEV_READY)
	$(BIN)/pytest $(SERVERS)

compiled-test: export PYTHONPATH := $(COMPILED)
compiled-test: export VIRTUBAR_TESTED_BUILD := compiled
compiled-test: $(DEV_READY) compiled ## Run the Python tests on the compiled package (ARGS="-k chat")
	$(BIN)/pytest -p no:cacheprovider $(ARGS)

# SQLAlchemy's asyncio runs on greenlets, and to look which one runs at each call is a third of the
# cost: only the tests of storage do.
coverage: $(DEV_READY) ## Run the tests of units, and report their branch coverage (ARGS="tests/room")
	$(BIN)/coverage erase
	$(BIN)/coverage run $(if $(ARGS),,--concurrency=thread) -m pytest $(or $(ARGS),$(UNITS) --ignore=tests/storage)
	$(if $(ARGS),,$(BIN)/coverage run -m pytest tests/storage)
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report

check: $(DEV_READY) $(WEB_TOOLS) ## Lint, check the formatting and the types
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	scripts/with-node $(WEB) npm run --silent check

format: $(DEV_READY) $(WEB_TOOLS) ## Put right what can be: the formatting, the order of imports
	$(BIN)/ruff check --fix --quiet || true # what is left, `make check` says
	$(BIN)/ruff format
	scripts/with-node $(WEB) npm run --silent format

compiled: compiler headers $(DEV_READY) $(WEB_BUILT)
	@VIRTUBAR_COMPILE=1 $(BIN)/python scripts/compile.py

web: $(WEB_BUILT) ## Build the web client into the server

web-test: $(WEB_BUILT)
	scripts/with-node $(WEB) npm test --silent

browser-test: $(WEB_BUILT) $(DEV_READY) browser ## Run only the tests in a browser, against real servers
	scripts/with-node $(WEB) npx playwright test

mutants: $(DEV_READY) ## Change the rules here and there: do the tests notice? (ARGS="auth room/chat")
	$(BIN)/python scripts/mutants.py $(ARGS)

bench: export PYTHONPATH := $(COMPILED)
bench: $(DEV_READY) compiled ## Measure this server against others on this machine (ARGS="--quick")
	$(BIN)/python -m benchmarks $(ARGS)

bench-peers: export PYTHONPATH := $(COMPILED)
bench-peers: $(DEV_READY) compiled ## Measure it beside Colyseus, Socket.IO and others (ARGS="--quick")
	$(BIN)/python -m benchmarks.peers $(ARGS)

bench-crowd: export PYTHONPATH := $(COMPILED)
bench-crowd: $(DEV_READY) compiled ## Measure a thousand people in one room (ARGS="--quick")
	$(BIN)/python -m benchmarks.crowd $(ARGS)

lock: ## Write the lock files again from pyproject.toml (UPGRADE=1 takes the newest versions)
	scripts/lock $(if $(UPGRADE),--upgrade)

clean: ## Remove everything that these commands have made
	rm -rf $(VENV) $(WEB)/node_modules src/virtubar/web .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage .coverage.* \
		build dist mutants benchmarks/results benchmarks/rivals/node/node_modules
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(RUN_READY): requirements.lock requirements-build.lock $(SETUP)
	@scripts/setup-venv requirements.lock requirements-build.lock
	@touch $@

# The development lock holds the other two.
$(DEV_READY): requirements-dev.lock $(SETUP)
	@scripts/setup-venv requirements-dev.lock
	@touch $(RUN_READY) $@

$(COMPILED_READY): scripts/compile.py $(PYTHON_SOURCES) $(WEB_BUILT) | $(RUN_READY)
	@$(BIN)/python scripts/compile.py
	@touch $@

$(WEB_TOOLS): $(WEB)/package-lock.json scripts/with-node | $(RUN_READY)
	scripts/with-node $(WEB) npm ci --no-audit --no-fund --loglevel=error
	@touch $@

$(WEB_BUILT): $(WEB_TOOLS) $(WEB_SOURCES)
	scripts/with-node $(WEB) npm run --silent build:served
	@touch $@

browser:
	@command -v $${VIRTUBAR_CHROMIUM:-chromium} >/dev/null 2>&1 || \
		scripts/system-packages "the tests in a browser (or set VIRTUBAR_CHROMIUM)" chromium

faketime:
	@ls /usr/lib/*/faketime/libfaketimeMT.so.1 /usr/lib/faketime/libfaketimeMT.so.1 \
		2>/dev/null | grep -q . || \
		scripts/system-packages "the tests that set the clock (libfaketime)" libfaketime

postgres:
	@ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || command -v initdb >/dev/null 2>&1 || \
		scripts/system-packages "the tests of storage (PostgreSQL)" postgresql
	@PATH="$$PATH:/usr/sbin" command -v pgbouncer >/dev/null 2>&1 || \
		scripts/system-packages "the tests of storage (a pooler before PostgreSQL)" pgbouncer

headers: $(DEV_READY)
	@$(BIN)/python -c 'import os, sysconfig; open(os.path.join(sysconfig.get_path("include"), "Python.h"))' 2>/dev/null || \
		scripts/system-packages "the compiled package (Python's headers)" \
			"$$($(BIN)/python -c 'import sys; print("python%d.%d-dev" % sys.version_info[:2])')"

compiler:
	@echo '#include <zlib.h>' | cc -E -xc - >/dev/null 2>&1 || \
		scripts/system-packages "the C program that the benchmarks compare with" gcc libc6-dev zlib1g-dev
