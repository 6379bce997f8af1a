# The one entry point. Everything runs in .venv, which the first target that needs it creates.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
CHECKER := $(BIN)/checker
EXAMPLE := slos/securebase
AT := 2026-01-31T12:05:30Z

.DEFAULT_GOAL := help
.PHONY: help run live test measure gate lint schemas evidence bench picture clean

help: ## what there is
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 20

$(VENV)/installed: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("checker needs Python 3.11 or later") if sys.version_info < (3, 11) else None'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/installed-dev: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("checker needs Python 3.11 or later") if sys.version_info < (3, 11) else None'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@ $(VENV)/installed

run: $(VENV)/installed ## validate the shipped example and judge its recorded evidence (no account needed)
	$(CHECKER) validate slos --at $(AT)
	@echo; $(CHECKER) run $(EXAMPLE) --replay $(EXAMPLE)/evidence.synthetic.jsonl \
		-f table -f html=report.html -f json=report.json -f junit=junit.xml; code=$$?; \
	case $$code in \
		0) words='every promise was kept: the release is allowed';; \
		1) words='a promise was missed: the release is not allowed';; \
		2) words='the files are invalid, or there was nothing to check';; \
		3) words='something could not be measured well enough: the release is not allowed';; \
		*) words='something could not be measured at all: the release is not allowed';; \
	esac; \
	echo; echo "The gate's exit code is $$code: $$words."; \
	echo 'The reports are report.html, for a browser, report.json and junit.xml.'; \
	if [ $$code -eq 1 ]; then echo '(For the example that is right, so make itself succeeds.)'; else exit $$code; fi

live: $(VENV)/installed-dev ## the same, asked live: against a simulator of AWS on this machine
	@$(BIN)/python -m tests.live --at $(AT) --record out/evidence.jsonl -f table -f json=out/report.json; \
	code=$$?; echo "The gate's exit code is $$code; the evidence is out/evidence.jsonl."; [ $$code -eq 1 ] || exit $$code

test: $(VENV)/installed-dev ## lint, types, and every test with its coverage; then the gate on both
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(MAKE) --no-print-directory measure
	$(MAKE) --no-print-directory gate

# Property and exhaustive tests run the same lines thousands of times: to trace them would take longer than all the
# rest, and show no line that the examples do not.
UNTRACED := hypothesis or exhaustive
PYTEST := $(BIN)/python -m pytest -n auto --dist worksteal

measure: $(VENV)/installed-dev ## run every test; leaves their results, their coverage, and how long a start takes
	@code=0; set -x; \
	$(PYTEST) -m '$(UNTRACED)' --junitxml=property-results.xml || code=1; \
	$(PYTEST) -m 'not ($(UNTRACED))' --cov --cov-report=xml --cov-report=term --junitxml=test-results.xml || code=1; \
	rm -f out/benchmark.json; mkdir -p out; $(BIN)/python -m bench startup --load-test out/benchmark.json || true; \
	exit $$code

gate: $(VENV)/installed ## judge this project's own release criteria by what the tests left behind
	$(CHECKER) run slos/checker -f table -f junit=out/gate.xml

schemas: $(VENV)/installed-dev ## write checker/schemas/ anew from the models
	$(BIN)/python -m checker.spec.json_schema checker/schemas

evidence: $(VENV)/installed-dev ## record the shipped evidence anew from the simulator
	$(BIN)/python -m tests.live --at $(AT) --record $(EXAMPLE)/evidence.synthetic.jsonl

bench: $(VENV)/installed-dev ## benchmarks against peers, side by side
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev,bench]'
	$(BIN)/python -m bench

picture: $(VENV)/installed-dev ## take the picture of docs/reports.md anew, with Chromium
	$(BIN)/python -m tests.browser docs/report.png $(EXAMPLE)

clean: ## remove what the targets made
	rm -rf $(VENV) report.html report.json junit.xml out coverage.xml test-results.xml property-results.xml .coverage*
