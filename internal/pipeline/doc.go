// Package pipeline rehearses the pipeline of examples/gitops with real parts: the example's own workflows run step by step
// on a Git remote, with the real Terraform or OpenTofu, this tree's provider, the state in a real PostgreSQL, and a
// Model-Prime in memory. Only GitHub itself is played. `make test-pipeline` runs it.
package pipeline
