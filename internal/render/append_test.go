package render_test

import (
	"testing"
	"time"

	"parley/chatcore"
	"parley/internal/render"
)

// BenchmarkAppend draws a message as a terminal is shown it, once for each style that
// people have.
func BenchmarkAppend(b *testing.B) {
	event := &chatcore.Event{
		Kind: chatcore.Said, From: "ann", Identity: chatcore.Principal{Key: "SHA256:abc"}, Room: "dev",
		Text: "a line of a usual length, as people type them in a chat", Time: time.Unix(0, 0),
	}
	s := render.Style{Zone: time.UTC, Colour: true}
	dst := make([]byte, 0, 256)
	b.ReportAllocs()
	for b.Loop() {
		dst = s.Append(dst[:0], event, chatcore.Received)
	}
}
