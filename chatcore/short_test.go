//go:build !e2e

package chatcore_test

// full says that the tests of docs/security.md run at the numbers it names: here they
// run beside those of other packages, with the race detector.
const full = false
