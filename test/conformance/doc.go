// Package conformance holds the tests that a server of ours speaks its protocol:
// every sentence of it, over real connections. It exports nothing.
//
// The sentences stand in tables, section1_test.go and on: each is quoted beside
// what the tutorial says of the same, and is followed by scenes that play it. A
// scene is a list of steps that reads like a manual:
//
//	ann.joins(), bob.joins(),
//	ann.sends("hello\r\n"),
//	bob.sees("ann: hello\r\n"),
//	ann.nothing(),
//
// The same scenes are played twice, over the raw port and with the system's ssh,
// one process for each client. What is seen is exact to the byte, and no scene
// sleeps: a client that is to see nothing asks something and must get the answer
// next. At the end of a scene that is so for everybody.
//
// The text that the sentences are from is testdata/protocol.md. A test holds that
// none of sections 1 to 4 is left out.
package conformance
