//go:build e2e

package chatcore_test

// full says that the tests of docs/security.md run at the numbers it names.
const full = true
