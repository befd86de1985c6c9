// Package pipeline rehearses the pipeline of examples/gitops with real parts: its scripts run in a checkout for each job, on a Git
// remote, with the real Terraform or OpenTofu, this tree's provider, the state in a real PostgreSQL, and a Model-Prime in memory.
// What GitHub and GitLab decide by the workflows is read off the files. `make test-pipeline` runs it.
package pipeline
