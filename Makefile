# From a bare checkout and Python 3.11 or newer to everything else. No other step is needed.
PYTHON ?= python3
SHELL := /bin/sh
python := .venv/bin/python
pip_install := $(python) -m pip install --quiet --require-hashes --only-binary :all:

# What is installed is known by the checksum of what was asked for.
checksum = $(firstword $(shell cat $(1) | cksum))
installed := .venv/.installed-$(call checksum,requirements.txt)
tools_installed := .venv/.tools-$(call checksum,requirements.txt requirements-dev.txt)

.PHONY: run test bench soak lint requirements advisories clean
.DELETE_ON_ERROR:

run: $(installed)
	@exec $(python) manage.py run

test: lint
	@$(python) -m pytest -n 2 --dist worksteal; code=$$?; \
	$(python) manage.py stop_database > /dev/null 2>&1; exit $$code

lint: $(tools_installed)
	$(python) -m ruff format --check .
	$(python) -m ruff check .
	find templates -name '*.html' -exec .venv/bin/djade --check --target-version 5.2 {} +
	$(python) -m djlint templates --lint --quiet
	$(python) .venv/bin/lint-imports
	$(python) -m mypy .
	$(python) manage.py compile_catalogues
	@echo manage.py check --deploy
	@SITE_ADDRESS=https://checkin.example.com MESSAGE_GATEWAY=http \
	MESSAGE_URL=https://messages.example.com/ MESSAGE_TOKEN=example \
	EMAIL_URL=smtp://mail.example.com EMAIL_FROM=checkin@example.com \
	$(python) manage.py check --deploy --fail-level WARNING
	$(python) manage.py makemigrations --check --dry-run
	$(python) manage.py check_advisories

bench: $(installed)
	@exec $(python) -m tests.bench

soak: $(tools_installed)
	@exec $(python) -m tests.soak

# Needs uv on the machine; takes the newest releases that requirements*.in allow.
requirements:
	for name in requirements requirements-dev; do \
		uv pip compile --universal --python-version 3.11 --generate-hashes --upgrade \
			--no-emit-index-url --no-header -q $$name.in -o $$name.txt || exit 1; \
	done

# What is known against the libraries; needs git and the network, or ADVISORIES=folder, a checkout
# of the advisory database of the Python packaging people.
advisories: $(tools_installed)
	@$(python) -m tests.advisories $(ADVISORIES)

# Keeps var/, where the data are.
clean:
	-[ ! -x $(python) ] || $(python) manage.py stop_database
	rm -rf .venv staticfiles .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
	find locale -name '*.mo' -delete

$(installed): | .virtual-environment
	$(pip_install) -r requirements.txt
	@rm -f .venv/.installed-* && touch $@

$(tools_installed): | .virtual-environment
	$(pip_install) -r requirements-dev.txt
	@rm -f .venv/.installed-* .venv/.tools-* && touch $(installed) $@

# The first Python that is neither too old nor newer than what the libraries were tried on.
.PHONY: .virtual-environment
.virtual-environment:
	@if $(python) -c 'import pip' 2> /dev/null; then exit 0; fi; \
	for candidate in "$(PYTHON)" python3.14 python3.13 python3.12 python3.11; do \
		if "$$candidate" -c 'import ensurepip, sys; sys.exit(not (3, 11) <= sys.version_info < (3, 15))' \
			2> /dev/null; then exec "$$candidate" -m venv --clear .venv; fi; \
	done; \
	echo "Python 3.11, 3.12, 3.13 or 3.14 with venv is needed (on Debian: apt install python3-venv)." >&2; \
	echo "If it is not on the path, name it: make PYTHON=/path/to/python3.13" >&2; \
	exit 1
