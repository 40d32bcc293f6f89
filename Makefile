# The commands of this repository. `make` alone explains them.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

# What make fetches for itself comes before what the machine has.
export PATH := $(CURDIR)/.tools/node/bin:$(PATH)

FUNCTIONS := $(patsubst functions/%/main.go,%,$(wildcard functions/*/main.go))
CDK       := .tools/cdk/node_modules/.bin/cdk
CDK_CLI   := aws-cdk@2.1148.1
STACK     := $(or $(NAME),wegweiser)
OUTPUTS   := .tools/deployed.json
CONSOLE_PACKAGES := web/console/node_modules/.package-lock.json
LISTEN    ?= 127.0.0.1:8080
DATA      ?= .wegweiser
FUZZTIME  ?= 20s

.PHONY: help run test check bench build console synth deploy golden pictures fuzz invoke clean node tools aws
.PHONY: bin/wegweiser $(FUNCTIONS:%=dist/%/bootstrap)

help: ## Say what each command does
	@awk 'BEGIN { print "Wegweiser: make <command>\n" } \
		/^[a-z]+:.*## / { sub(/:.*## /, "\t"); split($$0, part, "\t"); printf "  %-8s %s\n", part[1], part[2] }' $(MAKEFILE_LIST)

run: bin/wegweiser ## Start the server with the demo shop on this machine (LISTEN=, DATA=)
	@bin/wegweiser serve --demo --data $(DATA) --listen $(LISTEN)

test: tools bin/wegweiser ## Run every test, with DynamoDB Local and Chromium (fetches what is missing into .tools)
	@.ci/test-console
	@.ci/test-browser
	@.ci/test-sdks
	@.ci/with-dynamodb go test ./...
	@test -d ../shared/data || echo "The tests that read ../shared/data were skipped, as it is not here."

check: ## Format, vet, static analysis, tidiness, import directions
	@unformatted=$$(go tool gofumpt -l $(wildcard */)); \
		test -z "$$unformatted" || { echo "not formatted, run go tool gofumpt -w on:" $$unformatted; exit 1; }
	go vet ./...
	go tool staticcheck ./...
	go mod tidy -diff
	go test ./shared

bench: tools build synth ## Measure every budget beside its floor
	@.ci/with-dynamodb go run ./shared/replay/budgets

build: bin/wegweiser $(FUNCTIONS:%=dist/%/bootstrap) ## Build the program and the functions' zips, and print their sizes
	@go run ./infra/pack $(FUNCTIONS:%=dist/%)

console: $(CONSOLE_PACKAGES) ## Build the marketers' console, whose files are committed (web/console/dist)
	@npm run --silent build --prefix web/console

synth: node build ## Write the CloudFormation templates to cdk.out (NAME=, RATE=, ORIGINS=, ALARMS=, PARALLEL=)
	@rm -rf cdk.out
	@# jsii says this at the end of some good runs.
	@CDK_OUTDIR=cdk.out CDK_CONTEXT_JSON='$(CONTEXT)' go run ./infra 2> >(grep -v 'waitid: no child processes' >&2)
	@ls cdk.out/*.template.json

deploy: aws synth $(CDK) ## Deploy to the AWS account of the environment, with the WEGWEISER_…_KEY that are set
	@parameters=(); \
	for pair in PublishableKey=WEGWEISER_PUBLISHABLE_KEY SecretKey=WEGWEISER_SECRET_KEY \
			AdminKey=WEGWEISER_ADMIN_KEY TokenSecret=WEGWEISER_TOKEN_SECRET; do \
		variable=$${pair#*=}; \
		if [ -n "$${!variable:-}" ]; then parameters+=(--parameters "$(STACK):$${pair%%=*}=$${!variable}"); fi; \
	done; \
	$(CDK) deploy --all --app cdk.out --outputs-file $(OUTPUTS) $${parameters[@]+"$${parameters[@]}"}
	@bucket=$$(node -p 'JSON.parse(fs.readFileSync("$(OUTPUTS)"))["$(STACK)-console"].ConsoleBucket'); \
	aws s3 cp web/console/dist "s3://$$bucket/console/" --recursive --cache-control no-cache --only-show-errors

golden: ## Write the expected side of the golden tests anew
	@go test $$(grep -rl --include=*_test.go 'flag.Bool("update"' $(wildcard */) | xargs -n1 dirname | sed 's,^,./,' | sort -u) -update

pictures: tools bin/wegweiser ## Take the pictures of docs/pictures anew
	@UPDATE=1 .ci/test-browser

fuzz: ## Run each fuzz target for a while (FUZZTIME=20s)
	@for package in $$(grep -rl --include=*_test.go '^func Fuzz' $(wildcard */) | xargs -n1 dirname | sed 's,^,./,' | sort -u); do \
		for target in $$(go test -list '^Fuzz' $$package | grep '^Fuzz'); do \
			go test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) $$package; \
		done; \
	done

invoke: bin/wegweiser ## Send an event to a function's handler (FUNCTION=decide EVENT=events/decide/….json)
	@bin/wegweiser invoke $(FUNCTION) $(EVENT)

clean: ## Remove what was built and fetched; .wegweiser, the data, stays
	rm -rf bin dist cdk.out .tools web/console/node_modules

bin/wegweiser:
	@echo "Building $@"
	@CGO_ENABLED=0 go build -trimpath -buildvcs=false -ldflags "-s -w" -o $@ ./cmd/wegweiser

# The same sources give the same bytes, so that a deploy of nothing new does
# nothing: no paths, no version control, no build ids in the binary.
$(FUNCTIONS:%=dist/%/bootstrap): dist/%/bootstrap:
	@CGO_ENABLED=0 GOOS=linux GOARCH=arm64 go build -tags lambda.norpc -trimpath -buildvcs=false \
		-ldflags "-s -w -buildid=" -o $@ ./functions/$*

# What has to be installed is said before anything is built.
tools:
	@.ci/fetch-dynamodb
	@.ci/fetch-node

node:
	@.ci/fetch-node

aws:
	@command -v aws >/dev/null || { echo "The console's files are uploaded by the AWS CLI, which is not on the path."; exit 1; }

$(CONSOLE_PACKAGES): web/console/package-lock.json | node
	npm ci --silent --ignore-scripts --prefix web/console </dev/null

$(CDK): | node
	npm install --silent --ignore-scripts --no-save --prefix .tools/cdk $(CDK_CLI)

comma := ,
empty :=
space := $(empty) $(empty)
CONTEXT = {$(subst $(space),$(comma),$(strip $(if $(NAME),"name":"$(NAME)") $(if $(RATE),"rate":"$(RATE)") $(if $(ORIGINS),"origins":"$(ORIGINS)") $(if $(ALARMS),"alarms":"$(ALARMS)") $(if $(PARALLEL),"parallel":"$(PARALLEL)")))}
