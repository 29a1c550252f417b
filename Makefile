# Martlet. `make help` lists what there is; CI calls the same targets.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help deps build release test unit vectors conformance table unpack counts lint fmt bench tsan demo clean

# Debian packages: headers of the four libraries behind Sources/C*, zstd for the archives of vectors, and valgrind to
# count instructions.
PACKAGES := libleveldb-dev libsnappy-dev libyaml-dev libmicrohttpd-dev zstd valgrind
SOURCES := Sources Tests Package.swift
# Rooms with threads, locks and tasks in them.
EFFECTS := ConcurrencyTests|ChainStoreTests|ForkTreeTests|BlockPipelineTests|GossipIngestTests|StreamsTests|BeaconAPITests|NodeTests
# Recorded chains and reference vectors; tests name what they skip where these are absent.
export MARTLET_CHAINS ?= $(abspath ../shared/chains)
export MARTLET_VECTORS ?= $(HOME)/.cache/martlet/vectors
UNPACK := ../shared/vectors/unpack.sh
FIXTURE := $(firstword $(wildcard fixtures/fulu-forky fixtures/fulu-linear))

help: ## this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  \1\t/' | expand -t 16

deps: ## install the system packages that are missing (Debian; asks sudo unless root)
	@command -v swift >/dev/null || { echo "deps: Swift 6.3 is missing: https://swift.org/install" >&2; exit 2; }
	@missing=""; \
	for package in $(PACKAGES); do \
	  dpkg-query -W -f='$${Status}' $$package 2>/dev/null | grep -q 'ok installed' || missing="$$missing $$package"; \
	done; \
	[ -z "$$missing" ] && exit 0; \
	command -v apt-get >/dev/null || { echo "deps: missing:$$missing, and there is no apt-get" >&2; exit 2; }; \
	echo "deps: installing$$missing"; \
	as=""; [ "$$(id -u)" = 0 ] || as="sudo"; \
	$$as apt-get update -qq; \
	$$as env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing >/dev/null

build: deps ## build for debugging
	swift build

release: deps ## build optimised: .build/release/martlet
	swift build -c release --product martlet

test: unit conformance ## everything: debug unit tests, then the reference vectors that are there, in release

# One test at a time: two cores starve the tests that measure, or wait for sockets, beside those that compute.
# Of a log perhaps only the end is kept, so whatever failed is said again there.
unit: deps unpack ## debug unit tests alone
	@log=$$(mktemp); trap 'rm -f "$$log"' EXIT; \
	swift test --no-parallel 2>&1 | tee "$$log" || { \
	  echo "== what failed:"; \
	  awk '/✘|(^|: )error: / { print; said = 1; next } said && /^ *↳/ { print; next } { said = 0 }' "$$log"; \
	  exit 1; \
	}

unpack: deps
	@if [ -f $(UNPACK) ]; then bash $(UNPACK) "$(MARTLET_VECTORS)" >/dev/null; \
	elif [ -d "$(MARTLET_VECTORS)/tests" ]; then echo "vectors: those in $(MARTLET_VECTORS)"; \
	else echo "skipped: vectors: no $(UNPACK), nothing in $(MARTLET_VECTORS); \`make vectors\` makes them"; fi

# How many vectors there have to be is known of the ready archives; what the package makes holds some more.
COUNTED := $(if $(wildcard $(UNPACK)),--preset 'general|minimal' --expected Tests/ConformanceTests/expected-counts.txt)
conformance: unpack release ## the reference vectors that are there; SPEC=minimal/fulu/operations chooses some
	.build/release/martlet conformance $(COUNTED)

table: unpack release ## run them and renew the table of docs/conformance.md
	sed -i '/^<!-- table -->/q' docs/conformance.md
	.build/release/martlet conformance $(COUNTED) --format markdown >> docs/conformance.md

# PRESET, FORK and RUNNER choose what is made and run, each some names with spaces or commas between; without them
# ready archives will do.
comma := ,
chosen = $(if $(strip $($(1))),--$(2) '$(subst $() ,$(comma),$(strip $($(1))))')
vectors: unpack release ## reference vectors: ready ones, or made here from PyPI; PRESET=mainnet FORK=deneb RUNNER=sanity choose
	@if [ -z "$(strip $(PRESET)$(FORK)$(RUNNER))" ] && [ -f $(UNPACK) ]; then \
	  set -x; .build/release/martlet conformance $(COUNTED); \
	else \
	  PRESET='$(PRESET)' FORK='$(FORK)' RUNNER='$(RUNNER)' fixtures/make-vectors.sh; \
	  set -x; .build/release/martlet conformance \
	    $(call chosen,PRESET,preset) $(call chosen,FORK,fork) $(call chosen,RUNNER,runner); \
	fi

lint: ## formatting and style, without changing anything
	swift format lint --strict --parallel --recursive $(SOURCES)

fmt: ## format in place
	swift format --in-place --parallel --recursive $(SOURCES)

bench: release ## figures of the hot paths
	.build/release/martlet bench

counts: deps ## instructions of the hot kernels under callgrind, beside those expected; RENEW=1 writes them
	.ci/count-instructions $(if $(RENEW),--renew)

tsan: deps ## tests of the rooms with effects, under Thread Sanitizer
	swift test --no-parallel --sanitize=thread --scratch-path .build-tsan --filter '$(EFFECTS)'

demo: release ## replay a recorded chain (with blocks to refuse: exit 1 is right) and print the fork tree
	@[ -n "$(FIXTURE)" ] || { echo "demo: no chain under fixtures/" >&2; exit 2; }
	@data=$$(mktemp -d); trap 'rm -rf "$$data"' EXIT; \
	set -x; \
	.build/release/martlet replay $(FIXTURE) --data-dir "$$data" || [ $$? = 1 ]; \
	.build/release/martlet tree --data-dir "$$data"

clean: ## remove what was built
	rm -rf .build .build-*
