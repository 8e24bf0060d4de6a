// Package conformance holds the tests that the server speaks its protocol as
// docs/protocol.md has it: every sentence, over real connections. It exports nothing.
//
// The tests split the document into sentences, rows of tables and examples. Each one is
// quoted in a table, in section0_test.go and on, with one of these:
//
//   - scenes that play it,
//   - proven: tests elsewhere that prove it, and that must exist,
//   - explains: the reason why there is nothing to show.
//
// A sentence that no table quotes fails, and so does a quote that the document does not
// have. So a change of the document starts or ends in these tables. Sections 1 to 4 also
// quote the tutorial.
//
// A scene is a list of steps that reads like a manual:
//
//	ann.joins(), bob.joins(),
//	ann.sends("hello\r\n"),
//	bob.sees("ann: hello\r\n"),
//	ann.nothing(),
//
// The scenes of sections 1 to 5 are played twice, over the raw port and with the system's
// ssh, one process for each client. Those of section 6 are played with ssh. What a client
// receives is compared to the byte. A client that must receive nothing asks something, and
// the answer must come next; at the end of a scene each client does so. No scene sleeps,
// except where a sentence is about the time between keys.
package conformance
