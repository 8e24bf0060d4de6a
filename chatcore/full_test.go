//go:build attack

package chatcore_test

// full says that the tests of docs/security.md run at the numbers it names.
const full = true
