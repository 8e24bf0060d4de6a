// Package terminal is the interactive session: an input line with completion, messages
// that scroll by above it, and the commands of a person at a prompt.
//
// It knows no ssh. What it needs of the other side is a [Client]: something to read keys
// from, and a way to join the chat. Its output goes to an [egress.Writer].
package terminal
