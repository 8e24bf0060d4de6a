// Package ratelimit has the rates that bound what one client and one address may cost:
// what its sessions make others receive, for example. It decides how long to wait, and
// leaves the waiting to its callers. docs/limits.md lists every limit of the server.
package ratelimit
