//go:build e2e

package sshserver

// full says that the tests of docs/security.md run at the numbers it names.
const full = true
