package tcpserver

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"parley/chatcore"
	"parley/internal/egress"
	"parley/internal/input"
)

// serve runs a Server on a port of this machine until the test ends.
func serve(t *testing.T, in input.Limits) (addr string, core *chatcore.Core) {
	t.Helper()
	return serveWith(t, Options{Input: in, NickTimeout: 30 * time.Second, Drain: time.Second})
}

// serveWith is serve with all options except those it sets itself.
func serveWith(t *testing.T, o Options) (addr string, core *chatcore.Core) {
	t.Helper()
	log := slog.New(slog.NewTextHandler(t.Output(), nil))
	core, flusher := chatcore.New(chatcore.Options{Outbox: 256 << 10}), egress.New(log)
	o.Core, o.Flusher, o.Log = core, flusher, log
	s := New(o)
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	wg.Go(func() { flusher.Run(ctx) })
	wg.Go(func() {
		if err := s.Serve(ln); err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(func() {
		_ = ln.Close()
		core.Shutdown("server is going down")
		over, stop := context.WithTimeout(context.Background(), 5*time.Second)
		defer stop()
		begun := time.Now()
		s.Shutdown(over)
		if took := time.Since(begun); took > 7*time.Second {
			t.Errorf("the server took %s to end", took)
		}
		cancel()
		wg.Wait()
	})
	return ln.Addr().String(), core
}

func enter(t *testing.T, addr, nick string) *net.TCPConn {
	t.Helper()
	nc, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := fmt.Fprintf(nc, "%s\n!say \n", nick); err != nil {
		t.Fatal(err)
	}
	want := "!error usage: !say text\r\n"
	got := make([]byte, len(want))
	if _, err := io.ReadFull(nc, got); err != nil || string(got) != want {
		t.Fatalf("%q, %v", got, err)
	}
	return nc.(*net.TCPConn)
}

// Pasted lines that are not carried out yet do not outlive a reset.
func TestResetEndsWhatIsPaced(t *testing.T) {
	addr, core := serve(t, input.Limits{MaxLine: 4096, Rate: 5, Burst: 10})
	ann, bob := enter(t, addr, "ann"), enter(t, addr, "bob")
	if err := bob.SetDeadline(time.Now().Add(10 * time.Second)); err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(ann, strings.Repeat("x\n", 2000)); err != nil {
		t.Fatal(err)
	}
	heard := bufio.NewReader(bob)
	if line, err := heard.ReadString('\n'); err != nil || line != "ann: x\r\n" { // the server has read the input
		t.Fatalf("%q, %v", line, err)
	}
	if err := ann.SetLinger(0); err != nil {
		t.Fatal(err)
	}
	_ = ann.Close()
	for users := "ann bob\r\n"; users != "bob\r\n"; {
		if _, err := io.WriteString(bob, "!users\n"); err != nil {
			t.Fatal(err)
		}
		users = "ann: x\r\n"
		for users == "ann: x\r\n" {
			var err error
			if users, err = heard.ReadString('\n'); err != nil {
				t.Fatalf("ann is still there: %v", err)
			}
		}
	}
	if st := core.Stats(); st.Closed[chatcore.Broken] != 1 {
		t.Errorf("closed: %v", st.Closed)
	}
}

// Many people paste at once, text that grows when it is made safe. Those who read are not
// disconnected: everyone receives everything.
func TestFloodOfPastesLosesNothing(t *testing.T) {
	const publishers, readers, lines = 32, 10, 10
	addr, core := serve(t, input.Limits{MaxLine: 4096, Rate: 5, Burst: lines + 5})
	line := strings.Repeat("\U0001D160", 1000) // 4 bytes each, and 12 in NFC
	var wg sync.WaitGroup
	for i := range readers {
		nc := enter(t, addr, fmt.Sprintf("reader%d", i))
		if err := nc.SetDeadline(time.Now().Add(30 * time.Second)); err != nil {
			t.Fatal(err)
		}
		wg.Go(func() {
			heard := bufio.NewReaderSize(nc, 1<<20)
			for n := range publishers * lines {
				if _, err := heard.ReadString('\n'); err != nil {
					t.Errorf("after %d lines: %v", n, err)
					return
				}
			}
		})
	}
	var talking []net.Conn
	for i := range publishers {
		talking = append(talking, enter(t, addr, fmt.Sprintf("publisher%d", i)))
	}
	for _, nc := range talking {
		go func() { _, _ = io.Copy(io.Discard, nc) }()
		wg.Go(func() {
			if _, err := io.WriteString(nc, strings.Repeat(line+"\n", lines)); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if st := core.Stats(); st.Closed[chatcore.TooSlow] != 0 {
		t.Errorf("closed: %v", st.Closed)
	}
}
