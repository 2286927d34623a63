# Branch CRM: everything works on a machine with only Python >= 3.11 and make.
# `make demo` shows it, `make test` and `make check` prove it.

SHELL := /bin/sh
BIN := .venv/bin
MANAGE := $(BIN)/python manage.py
PYTHON := $(shell for p in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && echo "$$p" && break; done)

SERVICES := $(BIN)/python -m pytest -q --ds tests.services.settings -m services tests/services

# One leg of a chain: says its name, and stops the chain by name when it is red.
leg = @printf '\n== %s\n' '$(1)'; $(2) || { printf '\n!! red: %s\n' '$(1)'; exit 1; }

.DEFAULT_GOAL := help
.PHONY: help demo test check bench night real clean messages screenshots run-venv test-venv build test-sqlite test-postgres \
	test-services test-services-sqlite test-services-postgres

help:
	@echo 'make demo      the invented firm, one night, then web, worker and beat; Ctrl+C stops everything'
	@echo 'make night     one night over the demo database, in the foreground'
	@echo 'make test      the whole suite on SQLite, on PostgreSQL, then with real Celery and broker processes'
	@echo 'make check     ruff, mypy, import-linter, djLint, migrations, check --deploy'
	@echo 'make bench     the benchmarks, printed as ratios (CLIENTS=1000000 for the large one)'
	@echo 'make real      the CDNOW purchases through import and night, beside the published figures'
	@echo 'make messages  collect the texts for translation and compile them'
	@echo 'make screenshots  the pictures of README.md, made anew'
	@echo 'make clean     remove bundle, caches and the demo (the environment .venv stays)'

run-venv:
	@test -n '$(PYTHON)' || { echo 'Branch CRM needs Python 3.11 or newer on the PATH'; exit 1; }
	@$(PYTHON) requirements/install.py run

test-venv:
	@test -n '$(PYTHON)' || { echo 'Branch CRM needs Python 3.11 or newer on the PATH'; exit 1; }
	@$(PYTHON) requirements/install.py run test

build:
	@$(BIN)/python static/build.py
	@$(BIN)/python -W ignore manage.py compile_messages

demo: run-venv
	@$(MAKE) --no-print-directory build
	@exec $(MANAGE) demo $(if $(PORT),--port $(PORT)) $(if $(CLIENTS),--clients $(CLIENTS))

night: run-venv
	@$(MANAGE) run_nightly

test: test-venv
	@$(MAKE) --no-print-directory build
	@$(MAKE) --no-print-directory test-sqlite
	@$(MAKE) --no-print-directory test-postgres
	@$(MAKE) --no-print-directory test-services
	@printf '\nAll green: SQLite, PostgreSQL, services\n'

test-sqlite:
	$(call leg,suite on SQLite,env -u DATABASE_URL $(BIN)/python -m pytest -q -n 2 --dist loadfile -m 'not services and not postgres')

test-postgres:
	$(call leg,suite on PostgreSQL,$(BIN)/python tests/private_postgres.py -- $(BIN)/python -m pytest -q -n 2 -m 'not services and not browser')

# These mostly wait for processes: both databases at once.
test-services:
	@$(MAKE) --no-print-directory -j 2 test-services-sqlite test-services-postgres

test-services-sqlite:
	$(call leg,real Celery and broker on SQLite,env -u DATABASE_URL $(SERVICES))

test-services-postgres:
	$(call leg,real Celery and broker on PostgreSQL,$(BIN)/python tests/private_postgres.py -- $(SERVICES))

check: test-venv
	@$(MAKE) --no-print-directory build
	$(call leg,ruff,$(BIN)/ruff check .)
	$(call leg,ruff format,$(BIN)/ruff format --check .)
	$(call leg,mypy,$(BIN)/mypy .)
	$(call leg,import-linter,$(BIN)/lint-imports)
	$(call leg,djLint,$(BIN)/djlint --check --lint templates)
	$(call leg,locks without addresses,sh -c "! grep -n '://' requirements/*.txt && ! grep -n '\"resolved\"' package-lock.json")
	$(call leg,missing migrations,$(BIN)/python tests/production.py makemigrations --check --dry-run)
	$(call leg,check --deploy,$(BIN)/python tests/production.py check --deploy --fail-level WARNING)
	@$(MAKE) --no-print-directory build
	$(call leg,static files as in production,$(BIN)/python tests/production.py collectstatic --noinput --verbosity 0)
	@printf '\nAll checks green\n'

bench: test-venv
	@for script in tests/bench/bench_*.py; do \
		$(BIN)/python -m tests.bench.$$(basename $$script .py) $(if $(CLIENTS),--clients $(CLIENTS)) \
			|| { printf '\n!! red: %s\n' $$script; exit 1; }; done

real: test-venv
	@$(BIN)/python tests/real_cdnow.py

messages: run-venv
	@$(MANAGE) make_messages
	@$(MANAGE) compile_messages

screenshots: test-venv
	@$(MAKE) --no-print-directory build
	@$(BIN)/python -m tests.browser.screenshots

clean:
	@$(PYTHON) -c 'import fcntl, os; os.path.isdir("var") and fcntl.flock(open("var/supervisor.lock", "a"), 6)' 2>/dev/null \
		|| { echo 'Branch CRM is running on var/: stop it first'; exit 1; }
	rm -rf static/build node_modules .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -prune -not -path './.venv/*' -exec rm -rf {} +
	find locale -name '*.mo' -exec rm -f {} +
	@if [ -e var/demo-firm ]; then echo 'rm -rf var'; rm -rf var; \
		elif [ -d var ]; then echo 'var/ stays: it is not the demo'; fi
