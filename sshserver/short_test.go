//go:build !e2e

package sshserver

// full means that the tests of docs/security.md run with the numbers given there.
const full = false
