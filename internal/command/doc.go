// Package command is the one table of commands, for all front ends: what each is called
// on the lines of the protocol and at a prompt, its arguments, its help, and what it does.
//
// A line is parsed once, into a [Call]. Running the call asks the chat for what the line
// says, and returns a typed [Result], which internal/render puts into words.
package command
