//go:build attack

package attack

// full says that the tests run at the numbers of docs/security.md.
const full = true
