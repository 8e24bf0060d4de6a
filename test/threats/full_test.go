//go:build attack

package threats

// full says that the tests run at the numbers of docs/security.md.
const full = true
