// Package threats attacks a running server: its tests are the promises of
// docs/security.md, one a row, and each is named after its row.
//
// They start the real program, built as a release is, and come to it over
// loopback, as different people from different addresses of 127.0.0.0/8. A plain
// `go test` runs a short form of each; with `-tags attack` they run at the numbers
// that docs/security.md names, which takes minutes.
package threats
