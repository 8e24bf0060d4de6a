//go:build e2e

package threats

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// Row 32: a line that needs all the room there is passes within a second, however fast others
// publish.
func TestThreat32_LongLinePassesAFlood(t *testing.T) {
	// The outbox is large for a listener that shares two cores with the flood.
	s := start(t, append([]string{"--max-line", "64KiB", "--outbox", "16MiB"}, limitsOff...)...)
	listener, err := raw(s, address(0), "listener")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(listener.end)
	author, err := raw(s, address(1), "author")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(author.end)
	go func() { _, _ = io.Copy(io.Discard, author.in) }()
	var over atomic.Bool
	var flood sync.WaitGroup
	// A line to many takes long to publish, so a flooder is always about to when there is room.
	for i := range either(200, 20) {
		p, err := raw(s, address(100+i), fmt.Sprintf("crowd%d", i))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(p.end)
		go func() { _, _ = io.Copy(io.Discard, p.in) }()
	}
	for i := range either(32, 4) {
		p, err := raw(s, address(2+i), fmt.Sprintf("flooder%d", i))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(p.end)
		go func() { _, _ = io.Copy(io.Discard, p.in) }()
		flood.Go(func() {
			for lines := strings.Repeat(strings.Repeat("x", 200)+"\n", 16); !over.Load(); {
				if _, err := io.WriteString(p.out, lines); err != nil {
					t.Errorf("%s: %v", p.nick, err)
					return
				}
			}
		})
	}
	t.Cleanup(func() { // before they hang up
		over.Store(true)
		flood.Wait()
	})
	listener.in = bufio.NewReaderSize(listener.in, 256<<10)
	heard := make(chan int, 1) // how many lines of others came before the long one
	go func() {
		defer close(heard)
		for others := 0; ; others++ {
			line, err := listener.in.ReadSlice('\n')
			if err != nil {
				return
			}
			if bytes.HasPrefix(line, []byte("author: long")) {
				heard <- others
				others = -1
			}
		}
	}()
	long := strings.Repeat("long ", 12<<10)
	for range either(10, 3) {
		time.Sleep(100 * time.Millisecond)
		said := time.Now()
		if err := author.say(long); err != nil {
			t.Fatal(err)
		}
		select {
		case others, ok := <-heard:
			if !ok {
				t.Fatal("the listener is cut")
			}
			took := time.Since(said)
			t.Logf("a line of %d bytes is heard after %s, behind %d others", len(long), took.Round(time.Millisecond), others)
			if most := promptly(time.Second); took > most {
				t.Errorf("a line of %d bytes is heard after %s, over %s", len(long), took, most)
			}
		case <-time.After(promptly(5 * time.Second)):
			t.Fatalf("a line of %d bytes is not heard within %s", len(long), time.Since(said))
		}
	}
}
