# The two commands: `make handouts` and `make test`. Both make .venv first, with what constraints.txt pins.
# PYTHON=/path/to/python3 chooses the Python that .venv is made with (3.11 or newer).

unexport PYTHONDONTWRITEBYTECODE # without byte code each process of the tests compiles all of handbill anew

.NOTPARALLEL: # two of these must not install into .venv at once
.DELETE_ON_ERROR:
.PHONY: help handouts check test test-fast conformance audit bench claims fuzz faults witnesses field clean

help:
	@echo 'make handouts     build source/ into build/'
	@echo 'make check        ruff, mypy and the rules of imports, in seconds'
	@echo 'make test-fast    the tests that start no process and build no handout, in less than a minute'
	@echo 'make test         what make check does, and all tests'
	@echo 'make conformance  veraPDF, EPUBCheck and Ace over the handouts of the publication and the tests'
	@echo 'make field        build real Markdown files of the package registries, and count lost words (downloads them)'
	@echo 'make bench        measure handbill beside its peers (half an hour; ROWS=many takes hours)'
	@echo 'make claims       measure the checks of health claims on labelled sentences'
	@echo 'make fuzz         try made-up articles and settings for half an hour (FUZZ="--seconds 60" for a minute)'
	@echo 'make faults       full disks, kills, vanishing files, languages: all of what the tests try a sample of (half an hour)'
	@echo 'make witnesses    edit finished handouts at random, and ask viewers what a person sees (WITNESSES="--edits 50 epub", EDITS=300 for PDF)'
	@echo 'make audit        ask pip-audit about known vulnerabilities of the pinned versions (needs its service)'
	@echo 'make clean        remove .venv, the caches, and what stands in build/'

handouts: .venv/installed-handouts
	.venv/bin/python -m handbill build

check: .venv/installed-test
	.venv/bin/python -m ruff check
	.venv/bin/python -m ruff format --check
	.venv/bin/python -m mypy handbill exporters
	.venv/bin/python -m pytest -q tests/test_layers.py

test-fast: .venv/installed-test
	.venv/bin/python -m pytest -q -n $$(nproc) --maxprocesses=8 -m 'not slow'

test: check
	.venv/bin/python -m pytest -q -n $$(nproc) --maxprocesses=8

conformance: .venv/installed-conformance
	cd tests && PYTHONPATH=support ../.venv/bin/python -m conformance

audit:
	@.ci/audit

bench: .venv/installed-bench
	.venv/bin/python benchmarks $(ROWS)

claims: .venv/installed-test
	cd tests && ../.venv/bin/python -m health_claims.measure

fuzz: .venv/installed-fuzz
	cd tests && PYTHONPATH=support nice ../.venv/bin/python -m fuzzing $(FUZZ)

faults: .venv/installed-test
	HANDBILL_FAULTS=many .venv/bin/python -m pytest -q -n auto --maxprocesses=3 tests/proof/test_languages.py tests/builder/test_faults.py tests/builder/test_odd_machines.py tests/publishing/test_publish.py -k 'not publishing or killed'

witnesses: .venv/installed-conformance
	cd tests && PYTHONPATH=support ../.venv/bin/python -m trust.witnesses $(WITNESSES)
	.venv/bin/python tests/trust/pdf_witnesses.py $(or $(EDITS),300)

field: .venv/installed-conformance
	.venv/bin/python tests/field/measure.py

clean:
	rm -rf .venv .audit tests/conformance/ace/node_modules .packaging .mypy_cache .ruff_cache .pytest_cache .hypothesis .fuzzing handbill.egg-info
	find build -mindepth 1 ! -name .gitkeep -delete
	find handbill exporters tests -name __pycache__ -type d -prune -exec rm -rf {} +

# The version is read from handbill/__init__.py when handbill is installed.
.venv/installed-%: pyproject.toml constraints.txt handbill/__init__.py .ci/install .ci/system tests/conformance/ace/package-lock.json
	@.ci/install $*
