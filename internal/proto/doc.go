// Package proto is the line protocol of docs/protocol.md as pure functions:
// it cuts bytes into lines, parses a client's line and formats a server's line.
// It knows no connection, no user and no room.
package proto
