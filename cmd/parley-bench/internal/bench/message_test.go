package bench

import (
	"strings"
	"testing"
	"time"
)

func TestMessage(t *testing.T) {
	for _, tt := range []struct {
		who    int
		number uint64
		at     time.Duration
	}{
		{0, 1, 0}, {255, 1<<32 - 1, 1<<63 - 1}, {16, 0xabc, 90 * time.Second},
	} {
		for _, size := range []int{messageSize + 1, 64, 1024} {
			text := string(appendMessage(nil, "0af9", tt.who, tt.number, tt.at, size))
			if len(text) != size {
				t.Errorf("%q has %d bytes, want %d", text, len(text), size)
			}
			for _, line := range []string{text, "bob: " + text, "12:00 <bob> " + text + " (edited)"} {
				who, number, at, ok := parseMessage([]byte(line), "0af9")
				if !ok || who != tt.who || number != tt.number || at != tt.at {
					t.Errorf("%q is %d, %d, %v, %v, want %+v", line, who, number, at, ok, tt)
				}
			}
		}
	}
}

func TestNoMessage(t *testing.T) {
	text := string(appendMessage(nil, "0af9", 1, 2, 3, 64))
	for _, line := range []string{
		"", "^", "bob: hello", "!error no such user: bob",
		strings.Replace(text, "0af9", "0af8", 1), // of another run
		text[:messageSize-1],
		strings.Replace(text, "00000002", "0000000g", 1),
		strings.Replace(text, "00000002", "0000000A", 1),
	} {
		if _, _, _, ok := parseMessage([]byte(line), "0af9"); ok {
			t.Errorf("%q is taken for a message", line)
		}
	}
}
