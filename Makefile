# make up     start everything (the first time it also installs)
# make test   the whole test suite
# make gates  every static check
# make lock   renew requirements.txt and requirements-dev.txt from pyproject.toml

SHELL := /bin/sh
.NOTPARALLEL:
.PHONY: up test gates lock

PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin/python
PIP := $(RUN) -m pip --disable-pip-version-check --no-input install --quiet
TEST_RUNNER ?= -m pytest
TEST_PROCESSES ?= auto
TEST_OPTIONS ?=

up: $(VENV)/installed
	@exec $(RUN) manage.py up

test: $(VENV)/installed-dev
	@command -v chromium chromium-browser google-chrome >/dev/null 2>&1 || \
		echo "No Chromium here: the browser tests are skipped."
	@$(RUN) $(TEST_RUNNER) -rs --numprocesses=$(TEST_PROCESSES) --maxprocesses=4 \
		--dist=loadgroup $(TEST_OPTIONS)

# The settings are read with a data folder and a key that are thrown away, so that no gate touches var/.
gates: $(VENV)/installed-dev
	@folder=$$(mktemp -d) && trap 'rm -rf "$$folder"' EXIT && \
	export DATA_DIR="$$folder" DATABASE_URL= PUBLIC_URL=https://whereabouts.example.com DEBUG=false \
		SECRET_KEY=$$($(RUN) -c 'import secrets; print(secrets.token_urlsafe(64))') && set -ex && \
	$(RUN) -m ruff format --check . && \
	$(RUN) -m ruff check . && \
	$(RUN) -m mypy && \
	$(VENV)/bin/lint-imports --no-logo && \
	find templates -name '*.html' -exec $(VENV)/bin/djade --check --target-version 5.2 {} + && \
	$(VENV)/bin/djlint --lint --quiet templates && \
	$(RUN) -W ignore::RuntimeWarning manage.py makemigrations --check --dry-run && \
	$(RUN) manage.py check --deploy --fail-level WARNING

lock: $(VENV)/bin/pip
	@$(PIP) uv
	@for target in "requirements.txt" "requirements-dev.txt --extra dev"; do \
		$(VENV)/bin/uv pip compile pyproject.toml --extra embedded --quiet --universal --python-version 3.11 \
			--generate-hashes --no-header --no-annotate --no-emit-index-url --output-file $$target || exit 1; \
	done

$(VENV)/installed: requirements.txt | $(VENV)/bin/pip
	@echo "Installing Whereabouts into $(VENV) (once)"
	@$(PIP) --require-hashes -r requirements.txt
	@touch $@

$(VENV)/installed-dev: requirements-dev.txt | $(VENV)/bin/pip
	@echo "Installing Whereabouts and its test tools into $(VENV) (once)"
	@$(PIP) --require-hashes -r requirements-dev.txt
	@touch $@ $(VENV)/installed

$(VENV)/bin/pip:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo "Whereabouts needs Python 3.11 or newer as $(PYTHON). Another one: make PYTHON=/path/to/python3.12" >&2; \
		exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "Python's venv module is missing. On Debian and Ubuntu: apt-get install python3-venv" >&2; \
		exit 1; }
	@$(PYTHON) -m venv --clear $(VENV)
