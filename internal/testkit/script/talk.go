package script

import (
	"errors"
	"fmt"
	"io"
	"net"
	"regexp"
	"strconv"
	"sync"
	"syscall"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// What the kernel takes in for a connection that is not read, in bytes: little, so that the other side soon has to keep
// what it owes. Its send buffer goes by the size of a packet, which on the loopback would make it 2.5 MB.
const (
	deafBuffer = 4 << 10
	deafPacket = 536

	hearingBuffer = 1 << 20 // when it is read again: few bytes a round trip would take seconds
)

// deafen sets that, as it must be, before the connection is made.
func deafen(_, _ string, socket syscall.RawConn) error {
	var errs [3]error
	errs[0] = socket.Control(func(fd uintptr) {
		errs[1] = syscall.SetsockoptInt(int(fd), syscall.SOL_SOCKET, syscall.SO_RCVBUF, deafBuffer)
		errs[2] = syscall.SetsockoptInt(int(fd), syscall.IPPROTO_TCP, syscall.TCP_MAXSEG, deafPacket)
	})
	return errors.Join(errs[:]...)
}

func cmdDial(ts *testscript.TestScript, neg bool, args []string) {
	deaf := len(args) == 3 && args[2] == "deaf"
	if neg || len(args) != 2 && !deaf {
		ts.Fatalf("usage: dial NAME ADDR [deaf]")
	}
	checkFree(ts, args[0])
	dialer := net.Dialer{Timeout: patience}
	if deaf {
		dialer.Control = deafen
	}
	conn, err := dialer.Dial("tcp", args[1])
	ts.Check(err)
	p := newPeer(args[0], "received")
	p.conn = conn.(*net.TCPConn)
	p.in = conn
	listening := make(chan struct{})
	p.listen = sync.OnceFunc(func() {
		if deaf {
			p.conn.SetReadBuffer(hearingBuffer) // an error says that it is closed
		}
		close(listening)
	})
	if !deaf {
		p.listen()
	}
	go func() {
		defer close(p.done)
		defer conn.Close()
		<-listening
		_, p.err = io.Copy(p.streams[0], conn)
	}()
	addPeer(ts, p)
}

func cmdListen(ts *testscript.TestScript, neg bool, args []string) {
	findConn(ts, neg, args, "listen NAME", 1, 1).listen()
}

func cmdAwait(ts *testscript.TestScript, neg bool, args []string) {
	p := findPeer(ts, neg, args, "await NAME REGEXP [VAR]", 2, 3)
	re, err := regexp.Compile("(?m)" + args[1])
	ts.Check(err)
	groups, err := p.await(re)
	if err != nil {
		ts.Fatalf("%s: %q: %v; unmatched:%s", p.name, args[1], err, p.unmatched())
	}
	if len(args) == 3 {
		ts.Setenv(args[2], groups[min(1, len(groups)-1)])
	}
}

func cmdSend(ts *testscript.TestScript, neg bool, args []string) {
	p := findPeer(ts, neg, args, "send NAME TEXT", 2, 2)
	text, err := unescape(args[1])
	ts.Check(err)
	// On a goroutine: a program that does not read its input has no deadline. It ends with the peer.
	written := make(chan error, 1)
	go func() {
		_, err := p.in.Write(text)
		written <- err
	}()
	select {
	case err := <-written:
		ts.Check(err)
	case <-time.After(patience):
		ts.Fatalf("%s: not read within %v", p.name, patience)
	}
}

// unescape resolves Go's escapes in text; quotes need none.
func unescape(text string) ([]byte, error) {
	var out []byte
	for rest := text; rest != ""; {
		r, multibyte, tail, err := strconv.UnquoteChar(rest, 0)
		if err != nil {
			return nil, fmt.Errorf("bad escape at %q", rest)
		}
		if rest = tail; multibyte {
			out = append(out, string(r)...)
		} else {
			out = append(out, byte(r))
		}
	}
	return out, nil
}

func cmdCloseWrite(ts *testscript.TestScript, neg bool, args []string) {
	p := findPeer(ts, neg, args, "closewrite NAME", 1, 1)
	if p.conn != nil {
		ts.Check(p.conn.CloseWrite())
	} else {
		ts.Check(p.in.(io.Closer).Close())
	}
}

func cmdEOF(ts *testscript.TestScript, neg bool, args []string) {
	p := findConn(ts, neg, args, "eof NAME", 1, 1)
	ts.Check(p.wait(patience))
	if len(p.streams[0].rest()) > 0 {
		ts.Fatalf("%s: not only the end came:%s", p.name, p.unmatched())
	}
	if p.err != nil {
		ts.Logf("%s ended: %v", p.name, p.err) // a reset is an end, too
	}
	ts.Stdout().Write(p.streams[0].all())
}

func cmdClose(ts *testscript.TestScript, neg bool, args []string) {
	const usage = "close NAME [reset]"
	p := findConn(ts, neg, args, usage, 1, 2)
	if len(args) == 2 {
		if args[1] != "reset" {
			ts.Fatalf("usage: %s", usage)
		}
		ts.Check(p.conn.SetLinger(0))
	}
	p.kill()
}
