# The verbs of this project. Each is a script or a line that can be run without make, too.
#
#   make build        builds everything, tests included
#   make test         installs what is missing, builds, runs all tests; says at the end what could not be tested
#   make integration  only the tests that start programs, engines and servers
#   make fmt          formats all Swift code
#   make check        what must hold before a commit: format, script syntax, nothing unfinished
#   make docs         the reference of all public declarations and the tutorials, as a site in Docs/.site
#   make bench        measures, with a release build; scripts/bootstrap --with-bench adds what some rows compare with
#   make fuzz         fuzzes the parsers, FUZZ_SECONDS (10) on each
#   make demo         installs what is missing, builds, and runs real jobs on a temporary node
#   make clean        removes what was built; keeps what was downloaded

# The wasmtime library that scripts/bootstrap fetches, unless the environment names another.
export BACALHAU_WASMTIME_LIBRARY ?= $(CURDIR)/.tools/wasmtime/_libwasmtime.so

swift_folders = $(wildcard Sources Tests Benchmarks Docs Examples Fuzzing) Package.swift

.PHONY: build test integration fmt check docs bench fuzz demo clean bootstrap

build: bootstrap
	swift build --build-tests

test:
	scripts/run-tests

integration:
	scripts/run-tests --filter IntegrationTests

fmt:
	swift format --in-place --parallel --recursive $(swift_folders)

check:
	swift format lint --strict --parallel --recursive $(swift_folders)
	scripts/check-text

docs: bootstrap
	scripts/build-docs

bench: bootstrap
	swift build -c release --product bacalhau-node
	swift run --package-path Benchmarks -c release -Xswiftc -enable-testing bench .build/release/bacalhau-node

fuzz: bootstrap
	scripts/fuzz

demo:
	scripts/demo

clean:
	rm -rf .build Benchmarks/.build Fuzzing/.build Docs/.site

bootstrap:
	@scripts/bootstrap
