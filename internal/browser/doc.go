// Package browser tests the sandbox's page in a real browser, with a real Terraform beside it.
//
// It is a module of its own, for it needs what only `make test-browser` sees to: Chromium, its WebDriver, and a CLI.
package browser
