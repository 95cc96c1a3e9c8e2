# Everything sets itself up in .venv and .peers, inside this folder. Needs Python 3.11 or newer and make; `make peers` needs Go, too.
PYTHON ?= python3
BIN := .venv/bin
JOBS ?= 2

.PHONY: help demo test check bench faults differential fuzz peers corpus clean

help:  ## what can be made here
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-8s %s\n", $$1, $$2}'

.venv/ready: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "steersman needs Python 3.11 or newer; $(PYTHON) is older. Try: make PYTHON=python3.12"; exit 1; }
	@echo "setting up .venv …"
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --upgrade pip
	@$(BIN)/python -m pip install --quiet --editable '.[crypto,terminal,sandbox]' --group dev
	@touch $@

demo: .venv/ready  ## the main job from start to end: in a sandbox, or on a cluster with KUBECONFIG=…
	@$(BIN)/python -m steersman.cli.demo $(if $(KUBECONFIG),--kubeconfig '$(KUBECONFIG)',)

test: .venv/ready $(if $(CI),peers,)  ## all tests; those that need Go's executables run after `make peers`
	@$(BIN)/python -m pytest -q -n $(JOBS) --dist loadfile

check: .venv/ready  ## format, lint, types, and the rules of the house
	@$(BIN)/ruff format --check --quiet . || { echo "not formatted: run .venv/bin/ruff format ."; exit 1; }
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy
	@$(BIN)/python -m pytest -q tests/house

bench: .venv/ready peers  ## time and memory beside Helm's, in one run
	@$(BIN)/python bench/template.py

faults: .venv/ready peers  ## kill and disturb every verb at every call of the API, and count (about an hour; FAULTS="--every 5" for a look)
	@$(BIN)/python tests/faults/run.py --helm --rounds 100 $(FAULTS)

differential: .venv/ready peers  ## render generated templates beside Helm's own engine, 10,000 of them (SEED=N)
	@$(BIN)/python tests/differential/run.py --mode render --count 10000 --seed $(or $(SEED),1)

fuzz: .venv/ready  ## feed hostile bytes to every reader (SECONDS=N a target)
	@$(BIN)/python tests/fuzz/run.py --seconds $(or $(SECONDS),60)

corpus: .venv/ready  ## compare with what Helm printed for real charts, where ../shared is at hand
	@../shared/check-corpus --command $(BIN)/steersman --at-least 1

peers: .venv/ready  ## build the real etcd, kube-apiserver and Helm for the tests (once, some minutes)
	@tests/peers/build

clean:  ## remove what was set up here
	rm -rf .venv .peers .pytest_cache .mypy_cache .ruff_cache demo
