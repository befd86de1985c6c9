// Package acceptance drives the provider with the real CLI against the sandbox in process. It is a module of its own,
// so that what tests need does not weigh on the provider that ships.
package acceptance
