# `make help` lists the targets. Nothing here needs more than Go, git and a
# POSIX shell; what single targets want on top of that, `make deps` installs.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.NOTPARALLEL:
.DELETE_ON_ERROR:

GO      ?= go
BIN     := bin/mcpgateway
TOOLS   := bin/tools
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)

# Overridable: make test PKG=./actors/... TESTFLAGS='-run Probe -v'
PKG          ?= ./...
TESTFLAGS    ?=
TEST_TIMEOUT ?= 8m
# Tests of whole servers with browsers, Node.js and a thousand clients. The race
# detector would take minutes more, and has seen what they run already.
OUTER        := /internal/app/(browsertest|hostiletest|peertest|soaktest)$$
BENCH        ?= .
FUZZTIME     ?= 10s
SOAK         ?= 10m
ARGS         ?=
IMAGE        ?= mcpgateway:$(VERSION)

export GO

##@ Use it
.PHONY: run build docker
run: build ## Start the demo: http://localhost:7860, admin / password (ARGS= for flags)
	$(BIN) demo $(ARGS)

build: ## Build bin/mcpgateway, one static binary
	CGO_ENABLED=0 $(GO) build -trimpath -buildvcs=false \
		-ldflags '-s -w -X main.version=$(VERSION)' -o $(BIN) ./cmd/mcpgateway

docker: ## Build the container image (IMAGE=)
	docker build --build-arg VERSION='$(VERSION)' -t '$(IMAGE)' .

##@ Check it
.PHONY: test check lint verify vet bench benchmarks fuzz soak conformance
test: deps verify vet check ## Everything but the linters: deps, verify, vet, all tests with -race, a little of each fuzz target
	scripts/fuzz 200x

check: ## Only the tests (PKG=, TESTFLAGS=, TEST_TIMEOUT=)
ifeq ($(PKG),./...)
	scripts/test -timeout $(TEST_TIMEOUT) $(TESTFLAGS) $$($(GO) list ./... | grep -vE '$(OUTER)')
	RACE=no scripts/test -timeout $(TEST_TIMEOUT) $(TESTFLAGS) $$($(GO) list ./... | grep -E '$(OUTER)')
else
	scripts/test -timeout $(TEST_TIMEOUT) $(TESTFLAGS) $(PKG)
endif

vet: ## go vet
	$(GO) vet ./...

lint: $(TOOLS)/golangci-lint ## golangci-lint; its first build takes some minutes
	$(TOOLS)/golangci-lint config verify
	$(TOOLS)/golangci-lint run $(PKG)

verify: $(TOOLS)/gofumpt ## Fail if generated code, formatting or go.mod is stale
	scripts/verify

bench: build ## Measure the server beside its peers: tables in Markdown (PART=gateway, OUT=FILE, ROUNDS=)
	scripts/bench $(if $(PART),-part '$(PART)') $(if $(OUT),-out '$(OUT)') $(if $(ROUNDS),-rounds '$(ROUNDS)')

benchmarks: ## Run the Go benchmarks of the packages (PKG=, BENCH=)
	$(GO) test -run '^$$' -bench '$(BENCH)' -benchmem $(PKG)

fuzz: ## Run every fuzz target for FUZZTIME each (10s)
	scripts/fuzz $(FUZZTIME)

soak: ## Load, trouble and kill -9 for SOAK (10m), with nothing lost or left over
	$(GO) test -count=1 -timeout 0 -v ./internal/app/soaktest -soak.for $(SOAK) $(TESTFLAGS)

conformance: deps ## Run the official MCP conformance suites, into docs/conformance.md
	scripts/conformance

##@ Change it
.PHONY: generate fmt deps clean screenshots
generate: ## Make gen/ anew from openapi.yaml
	$(GO) generate ./gen

fmt: $(TOOLS)/gofumpt ## Format the code with gofumpt
	$(TOOLS)/gofumpt -w .

deps: ## Install what the tests need (apt-get, npm), or say what will be skipped
	scripts/deps

screenshots: ## Take pictures of the pages into bin/screenshots, the README's into docs/images (wants Chromium)
	scripts/screenshots

clean: ## Remove what was built
	rm -rf bin dist

# The tools have a module of their own, so that their dependencies are not ours.
$(TOOLS)/golangci-lint: tools/go.mod tools/go.sum
	cd tools && GOBIN='$(CURDIR)/$(TOOLS)' CGO_ENABLED=0 $(GO) install github.com/golangci/golangci-lint/v2/cmd/golangci-lint
	@touch $@

$(TOOLS)/gofumpt: tools/go.mod tools/go.sum
	cd tools && GOBIN='$(CURDIR)/$(TOOLS)' CGO_ENABLED=0 $(GO) install mvdan.cc/gofumpt
	@touch $@

.PHONY: help
help: ## Show this list
	@awk 'BEGIN { FS = ":.*## " } \
		/^##@/ { printf "\n%s\n", substr($$0, 5) } \
		/^[a-z]+:.*## / { printf "  %-11s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))
