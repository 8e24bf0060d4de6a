//go:build attack

package lineedit

// full says that the tests of docs/security.md run at the numbers it names.
const full = true
