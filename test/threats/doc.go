// Package threats attacks a running server. Its tests are the promises of
// docs/security.md, one for each row, and each test is named after its row.
//
// They start the real program, built as a release is, and connect to it over loopback, as
// different people from different addresses of 127.0.0.0/8. They take minutes and measure,
// so they need the build tag e2e. With -short they run at smaller numbers.
package threats
