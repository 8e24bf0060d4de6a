//go:build !e2e

package chatcore_test

// full makes the tests of docs/security.md run at the numbers given there. Here they run
// next to those of other packages, with the race detector, and use smaller numbers.
const full = false
