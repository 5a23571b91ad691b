# What to do with Softlabel; each target is a script in scripts/. `make` alone lists them.

.DEFAULT_GOAL := help
.PHONY: help setup serve build dev test bench lessons audit check data clean

help: ## list what there is
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

serve: ## build the page quickly and serve it on http://localhost:8080
	@scripts/serve

dev: ## the same for working on the page: its program alone, beside the engines of an earlier build
	@scripts/serve page

build: ## build the page into dist/, small, ready for any static host
	@scripts/build

test: ## run all tests: native, in the browser, and of the built page
	@scripts/test

bench: ## measure the engine natively and the built page in a browser
	@scripts/bench

lessons: ## run every lesson over five seeds and record what was found
	@scripts/lessons

audit: ## hold the built page to Lighthouse's scores
	@scripts/audit

check: ## formatting, lints, spelling, licences
	@scripts/check

setup: ## install the tools that are missing (the others do it themselves)
	@scripts/setup

data: ## make the packed data files again from upstream
	@scripts/fetch-data

clean: ## remove what was built
	@scripts/clean
