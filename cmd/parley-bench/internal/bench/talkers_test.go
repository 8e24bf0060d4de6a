package bench

import (
	"io"
	"testing"
	"time"
)

// slowWriter takes its time for the first that is written to it.
type slowWriter struct {
	io.Reader
	wait    time.Duration
	written []string
}

func (w *slowWriter) Write(b []byte) (int, error) {
	if len(w.written) == 0 {
		time.Sleep(w.wait)
	}
	w.written = append(w.written, string(b))
	return len(b), nil
}

// A sender that is made to wait, here until the time is over, sends all that was due nevertheless,
// and it was due when it was due: what a server made others wait for counts.
func TestAtRateCountsFromWhenDue(t *testing.T) {
	t.Parallel()
	const each, messages = 10 * time.Millisecond, 10
	w := &slowWriter{wait: 2 * messages * each}
	s := &sender{client: &client{ReadWriter: w}, run: "0000", size: 64}
	talk := &talk{senders: []*sender{s}, began: time.Now()}
	if err := talk.atRate(float64(time.Second/each))(t.Context(), s, messages*each); err != nil {
		t.Fatal(err)
	}
	if len(w.written) != messages {
		t.Fatalf("%d messages, want %d", len(w.written), messages)
	}
	for i, line := range w.written {
		if _, _, at, _ := parseMessage([]byte(line), "0000"); at != time.Duration(i)*each {
			t.Errorf("message %d was due at %v", i, at)
		}
	}
}

// All senders together send what is asked for in a second.
func TestAtRateIsOfAll(t *testing.T) {
	t.Parallel()
	const senders, rate, d = 3, 1200, 50 * time.Millisecond
	talk := &talk{began: time.Now()}
	for i := range senders {
		talk.senders = append(talk.senders, &sender{client: &client{ReadWriter: &slowWriter{}}, run: "0000", self: i, size: 64})
	}
	sent := 0
	for _, s := range talk.senders {
		if err := talk.atRate(rate)(t.Context(), s, d); err != nil {
			t.Fatal(err)
		}
		sent += len(s.client.ReadWriter.(*slowWriter).written)
	}
	if want := int(rate * d / time.Second); sent != want {
		t.Errorf("%d messages, want %d", sent, want)
	}
}
