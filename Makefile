# The whole interface. Everything it needs is put into the checkout by `make setup`, which every target calls.
PYTHON ?= python3
RUN := .venv/bin/python
# Tests that talk to other processes mostly wait, so that a few more workers than cores keep the cores busy.
# Tests that share processes are one group, in one worker, and the longest groups begin first: tests/conftest.py.
WORKERS ?= 5
# Workers must collect the same tests: a set in a test's id has one order for all of them, and another in the next run.
LINTED := revoker local tests bench infra examples function_app.py

# Where this is set (containers do), each of the hundred processes of a test run compiles all that it imports: a test
# worker took 13 s of a core to collect, and takes 5 with byte code kept.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help setup test check beside lint format types unit faults simulate load infra audit fuzz deploy undeploy demo pictures serve bench lock wheel clean package
.DEFAULT_GOAL := help

help: ## Show this list
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 10

setup: ## Find or install Python 3.13, Node, the packages and Azurite, inside this checkout
	@$(PYTHON) -m local.setup

test: check ## Everything CI runs: set-up, lint, types, the deployment, tests

# The workers collect their tests while the package is built, and wait for it then; the other checks give way to both.
check: setup ## Lint, types, known vulnerabilities, the deployment; beside them, since they take minutes, the tests, on the package
	@PACKAGE_COMES=1 $(MAKE) --no-print-directory --jobs=5 package unit beside PACKAGE=1

beside: setup
	@nice $(MAKE) --no-print-directory lint types audit infra

lint: setup ## Rules and layout of the code
	@$(RUN) -m ruff check $(wildcard $(LINTED))
	@$(RUN) -m ruff format --check $(wildcard $(LINTED))

format: setup ## Lay the code out, and mend what can be mended by rule
	@$(RUN) -m ruff check --fix $(wildcard $(LINTED))
	@$(RUN) -m ruff format $(wildcard $(LINTED))

types: setup ## Types, strictly; the command's own by its oldest Python too
	@$(RUN) -m mypy
	@$(RUN) -m mypy --python-version 3.12 revoker/cli

unit: setup $(if $(PACKAGE_COMES),,$(if $(PACKAGE),package)) ## The tests alone, one worker a core (ARGS="tests/unit -k slots" runs a slice of them)
	@$(if $(ARGS),echo "A slice of the tests: $(ARGS)")
	@PYTHONHASHSEED=$$(date +%s) $(RUN) -m pytest --numprocesses=$(WORKERS) --dist=loadscope --no-loadscope-reorder $(ARGS)

faults: setup ## 200 seeded scenarios: host killed, storage stopped, tenant failing (ARGS="--seed 7" plays one again)
	@$(RUN) tests/faults/run.py $(ARGS)

simulate: setup ## 2,000 deployments in virtual time, where whatever can die does (ARGS="--seed 7" plays one again, with its log)
	@$(RUN) tests/simulation/many.py $(ARGS)

load: setup ## 200 callers at once during a run over 20,000 users: nothing may be lost (ARGS="--callers 50 --users 2000")
	@$(RUN) bench/load.py $(ARGS)

infra: setup ## Compile, lint and format the Bicep, compare the kept template, run checkov on it (ARGS=--quick: without), parse the queries
	@$(RUN) -m infra.check $(ARGS)
	@$(RUN) -m infra.kusto

audit: setup ## Known vulnerabilities in requirements.lock, where the advisory service can be reached
	@$(RUN) -m local.audit

fuzz: setup ## Every route, payload and message with 50,000 made-up inputs (FUZZ_INPUTS=…); some minutes
	@FUZZ_INPUTS=$(or $(FUZZ_INPUTS),50000) $(RUN) -m pytest tests/fuzz

package: setup ## Build what is deployed: the app and its locked packages, in dist/revoker-<version>.zip
	@$(RUN) -m infra.package

deploy: package ## Everything into Azure with az (ARGS="--group rg-revoker --location westeurope")
	@$(RUN) -m infra.deploy up $(ARGS)

undeploy: ## Remove everything, the ledger included (ARGS="--group rg-revoker")
	@$(PYTHON) -m infra.deploy down $(ARGS)

demo: setup $(if $(PACKAGE),package) ## A simulated tenant being swept, on screen (HOST=func: the real Functions host; PACKAGE=1: what is deployed)
	@HOST=$(HOST) $(RUN) -m local demo

pictures: setup ## Draw the documents' pictures from the texts beside them
	@$(RUN) -m local.draw

serve: setup $(if $(PACKAGE),package) ## Storage, tenant and API on this machine until Ctrl-C (ARGS="--users 200 --faults throttled")
	@$(RUN) -m local serve $(ARGS)

bench: setup ## The numbers of docs/development.md; ARGS=compare: beside the alternatives, a quarter of an hour (docs/benchmark.md)
	@$(RUN) bench/run.py $(ARGS)

wheel: setup ## The operator's command as a wheel, in dist/: pip install it anywhere with Python 3.12 or newer
	@.venv/bin/uv build --quiet --wheel --out-dir dist

lock: setup ## Choose newer versions of the Python packages
	@.venv/bin/uv pip compile pyproject.toml --all-extras --group dev --python-version 3.13 --universal \
		--generate-hashes --upgrade --quiet --custom-compile-command "make lock" -o requirements.lock

clean: ## Remove all that set-up and the tests left in the checkout
	@rm -rf .venv .local build dist *.egg-info .hypothesis .mypy_cache .pytest_cache .ruff_cache local/azurite/node_modules tests/browser/node_modules
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
