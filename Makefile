# make build   the dumps, in output/        make test   the tests, but for those of the targets below
# make site    the static site, in output/site/; needs npm, or brings it from PyPI
# make test-peers   what another processor makes of our RML
# make test-sarif   that SARIF passes its official schema; needs npm
# make test-sssom   that the files of links pass sssom validate
# make test-site   the site in a browser; needs npm and chromium
# make test-slow    kills at random moments, random edits, and what else takes long
# make test-faults  attacks on a server, kills and release swaps under load
# make test-spark   that Spark makes the same of every mapping; needs Java
# make test-push   kzlod push to Virtuoso; needs Debian's virtuoso-opensource-7-bin
# make check   tests' companions: style, types, and that output/ is what a build makes
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: build site test test-slow test-faults test-peers test-sarif test-sssom test-site test-spark test-push test-mutation coverage check docs sbom lock clean bench-mapping bench-validation bench-releases bench-serving bench-site bench-names

build: $(VENV)/build.stamp
	$(BIN)/kzlod build

site: $(VENV)/bundle.stamp
	$(BIN)/kzlod site --bundle $(VENV)/bundle

test: $(VENV)/test.stamp
	$(BIN)/python -m pytest -n 2 -q -m "not spark and not slow and not faults and not virtuoso"

test-slow: $(VENV)/test.stamp
	$(BIN)/python -m pytest -n 2 -q -m slow

# What the tests run through, lines and branches, in processes that they start as well.
coverage: $(VENV)/test.stamp
	$(BIN)/python -m pytest -n 2 -q -m "not spark and not slow and not faults and not virtuoso" --cov --cov-fail-under=90

# Whether tests notice changes of the code; all modules take an hour: make test-mutation MODULES=src/kzlod/terms.py
test-mutation: $(VENV)/test.stamp $(VENV)/mutation.stamp
	$(VENV)/mutation/bin/python -m tests.mutation.run --tests-python $(BIN)/python $(MODULES)

# Times are measured: one test at a time.
test-faults: $(VENV)/test.stamp
	$(BIN)/python -m pytest -q -m faults tests/faults

# What Morph-KGC, in a venv of its own, makes of the RML that is written; and how ICU, likewise, romanises names.
test-peers: $(VENV)/test.stamp $(VENV)/morph.stamp $(VENV)/icu.stamp
	KZLOD_MORPH_PYTHON=$(CURDIR)/$(VENV)/morph/bin/python $(BIN)/python -m pytest -n 2 -q -k morph tests/mapping/test_rml_export.py
	KZLOD_ICU_PYTHON=$(CURDIR)/$(VENV)/icu/bin/python $(BIN)/python -m pytest -q tests/matching/test_oracle.py

# The schema of SARIF is Microsoft's, from npm.
test-sarif: $(VENV)/test.stamp $(VENV)/sarif.stamp
	$(BIN)/python -m pytest -q tests/validation/formats/test_sarif.py

# SSSOM's own validator, whose many dependencies have a venv of their own.
test-sssom: $(VENV)/test.stamp $(VENV)/sssom.stamp
	KZLOD_SSSOM=$(CURDIR)/$(VENV)/sssom/bin/sssom $(BIN)/python -m pytest -n 2 -q tests/links/test_sssom.py

# The query page and the search, in Debian's Chromium.
test-site: $(VENV)/test.stamp $(VENV)/axe.stamp $(VENV)/bundle.stamp
	KZLOD_BUNDLE=$(CURDIR)/$(VENV)/bundle/dist $(BIN)/python -m pytest -n 2 -q tests/site

test-spark: $(VENV)/spark.stamp
	$(BIN)/python -m pytest -q -m spark tests/mapping/test_spark.py tests/mapping/test_spark_queries.py tests/cli/test_map_messages.py

# A store of another make than Oxigraph: Debian's Virtuoso, the program without the service.
test-push: $(VENV)/test.stamp
	command -v virtuoso-t >/dev/null || (apt-get update -q && apt-get install -qy --no-install-recommends virtuoso-opensource-7-bin)
	$(BIN)/python -m pytest -n 2 -q -m virtuoso tests/pushing

check: $(VENV)/spark.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	rm -rf $(VENV)/rebuilt
	$(BIN)/kzlod build --out $(VENV)/rebuilt
	diff -r --exclude=site output $(VENV)/rebuilt
	rm -rf $(VENV)/rebuilt

# What the README shows of the commands, and the reference.
docs: $(VENV)/build.stamp
	$(BIN)/python docs/fill_readme.py
	$(BIN)/python docs/fill_reference.py

# The software bill of materials (CycloneDX) of what is installed with kzlod, and the list of licences.
sbom: $(VENV)/runtime.stamp $(VENV)/sbom.stamp
	mkdir -p dist
	$(VENV)/sbom/bin/cyclonedx-py environment --output-reproducible --pyproject pyproject.toml \
	  -o dist/sbom.cdx.json $(VENV)/runtime/bin/python
	$(VENV)/sbom/bin/python docs/fill_licences.py dist/sbom.cdx.json

# kzlod map beside its peers, each in a venv of its own: make bench-mapping BENCH="--triples 10000000 --repeat 1"
bench-mapping: $(VENV)/build.stamp
	$(BIN)/python -m tests.benchmarks.mapping.run $(BENCH)

# kzlod validate beside its peers, likewise; 1,000,000 triples take an hour
bench-validation: $(VENV)/build.stamp
	$(BIN)/python -m tests.benchmarks.validation.run $(BENCH)

# kzlod diff and patch beside comm, diff and rdflib
bench-releases: $(VENV)/test.stamp
	$(BIN)/python -m tests.benchmarks.releases.run $(BENCH)

# kzlod serve beside its peers; wants wrk: make bench-serving BENCH="--seconds 10 --repeat 3"
bench-serving: $(VENV)/test.stamp
	$(BIN)/python -m tests.benchmarks.serving.run $(BENCH)

# kzlod site of a generated project; 100,000 entities take some ten minutes
bench-site: $(VENV)/test.stamp
	$(BIN)/python -m tests.benchmarks.site.run $(BENCH)

# Matching of names beside nomenklatura, ICU and anyascii, on names in ../shared; peers are installed from PyPI
bench-names: $(VENV)/test.stamp
	$(BIN)/python -m tests.benchmarks.names.run $(BENCH)

# Versions and hashes of everything that is installed; needs uv.
lock:
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -q \
	  pyproject.toml --extra fast --group build -o requirements/build.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -q \
	  pyproject.toml --extra fast --extra serve --extra match --group build --group test -o requirements/test.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -q \
	  --group morph -o requirements/morph.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -q \
	  --group icu -o requirements/icu.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -q \
	  --group sbom -o requirements/sbom.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -q \
	  --group mutation -o requirements/mutation.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -q \
	  pyproject.toml --extra fast --extra serve --extra match -o requirements/runtime.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -q \
	  --group node -o requirements/node.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -q \
	  --group sssom -o requirements/sssom.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -q \
	  pyproject.toml --extra fast --extra serve --extra match --extra spark --group build --group test -o requirements/spark.txt

clean:
	rm -rf $(VENV) dist tests/validation/sarif/node_modules tests/site/node_modules

$(VENV)/build.stamp: requirements/build.txt pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "kzlod needs Python 3.11 or later")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/build.txt
	$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

$(VENV)/test.stamp: $(VENV)/build.stamp requirements/test.txt
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/test.txt
	touch $@

# Tools with a venv each.
$(patsubst %,$(VENV)/%.stamp,morph icu sssom runtime sbom mutation): $(VENV)/%.stamp: requirements/%.txt
	test -x $(VENV)/$*/bin/python || $(PYTHON) -m venv $(VENV)/$*
	$(VENV)/$*/bin/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/$*.txt
	touch $@

# PyICU is compiled for the ICU of the machine.
$(VENV)/icu.stamp: $(VENV)/icu-library.stamp
$(VENV)/icu-library.stamp:
	pkg-config --exists icu-i18n || (apt-get update -q && apt-get install -qy --no-install-recommends g++ pkg-config libicu-dev)
	mkdir -p $(VENV)
	touch $@

$(VENV)/sarif.stamp: tests/validation/sarif/package-lock.json
	npm ci --prefix tests/validation/sarif --ignore-scripts --no-audit --no-fund
	touch $@

$(VENV)/axe.stamp: tests/site/package-lock.json
	npm ci --prefix tests/site --ignore-scripts --no-audit --no-fund
	touch $@

# Scripts of the query page; PyPI's Node.js where the machine has none.
$(VENV)/bundle.stamp: $(VENV)/build.stamp requirements/node.txt $(wildcard src/kzlod/site/browser/*)
	command -v npm >/dev/null || $(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/node.txt
	$(BIN)/python -c 'from pathlib import Path; from kzlod.site.bundle import find_bundle; find_bundle(Path("$(VENV)/bundle"))'
	touch $@

$(VENV)/spark.stamp: $(VENV)/test.stamp requirements/spark.txt
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/spark.txt
	touch $@
