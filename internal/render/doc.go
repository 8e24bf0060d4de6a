// Package render is how what happens in the chat looks on a terminal: times,
// colours, what calls the person, tables. It is pure; a [Style] is a
// [chatcore.Format], so that a message is rendered once for all who see it the
// same way.
//
// Everything a person chose has been made safe to draw by package safetext; the
// only control characters here are the package's own: SGR, BEL, OSC 9 and OSC 777,
// and the CR LF that ends each line.
package render
