//go:build e2e

package chatcore_test

// full makes the tests of docs/security.md run at the numbers given there.
const full = true
