package conformance

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"time"
)

// slowReader is a client that has not read anything yet.
type slowReader struct {
	in   io.WriteCloser
	out  io.Reader
	end  func() error // end of input
	done func() error // after the end of out: how it ended
}

// TestEndOfInputWithMuchOwed ends the input of a client that has not read 2,000
// lines yet, far more than fits between it and the server. It then reads slowly,
// gets them all, and the end.
func TestEndOfInputWithMuchOwed(t *testing.T) {
	t.Parallel()
	t.Run("raw port", func(t *testing.T) {
		t.Parallel()
		endWithMuchOwed(t, func(s *server) slowReader {
			conn, err := net.DialTCP("tcp", nil, s.tcp)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = conn.Close() })
			_ = conn.SetDeadline(time.Now().Add(patience))
			if _, err := io.WriteString(conn, "bob\r\n"); err != nil {
				t.Fatal(err)
			}
			return slowReader{conn, conn, conn.CloseWrite, func() error { return nil }}
		})
	})
	t.Run("ssh", func(t *testing.T) {
		t.Parallel()
		needSSH(t)
		endWithMuchOwed(t, func(s *server) slowReader {
			cmd := sshCommand(t, s, bob)
			in, err := cmd.StdinPipe()
			if err != nil {
				t.Fatal(err)
			}
			out, err := cmd.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			late := time.AfterFunc(patience, func() { _ = cmd.Process.Kill() })
			t.Cleanup(func() { late.Stop() })
			return slowReader{in, out, in.Close, cmd.Wait}
		})
	})
}

func endWithMuchOwed(t *testing.T, open func(*server) slowReader) {
	const lines = 2000
	filler := strings.Repeat("x", 2000)
	s := serve(t, anyOutbox)
	b := open(s)
	// A small buffer: whatever is read comes in many small pieces.
	out := bufio.NewReaderSize(b.out, 1<<10)
	if _, err := io.WriteString(b.in, "!members ops\r\n"); err != nil {
		t.Fatal(err)
	}
	if line, err := out.ReadString('\n'); line != "!error no such room: ops\r\n" {
		t.Fatalf("got %q, %v", line, err)
	}

	newStage(t, s, rawPort{}).play(
		ann.joins(),
		ann.sends("!users\r\n"), ann.sees("ann bob\r\n"),
		ann.sends(numbered("line %d of much, "+filler+"\r\n", 0, lines)), ann.nothing(),
	)
	if _, err := io.WriteString(b.in, "said before the end\r\n"); err != nil {
		t.Fatal(err)
	}
	if err := b.end(); err != nil {
		t.Fatal(err)
	}

	for i := range lines {
		line, err := out.ReadString('\n')
		if want := fmt.Sprintf("ann: line %d of much, %s\r\n", i, filler); line != want {
			t.Fatalf("line %d is %s, %v", i, short(line), err)
		}
	}
	if rest, err := io.ReadAll(out); err != nil || len(rest) > 0 {
		t.Errorf("then came %s, %v", short(string(rest)), err)
	}
	if err := b.done(); err != nil {
		t.Error(err)
	}
}
