package netguard

import (
	"errors"
	"net"
	"slices"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

// incoming is a listener in memory: connections, and errors of Accept.
type incoming struct {
	net.Listener
	next   chan any
	closed chan struct{}
}

func newIncoming(all ...any) *incoming {
	in := &incoming{next: make(chan any, len(all)), closed: make(chan struct{})}
	for _, a := range all {
		in.next <- a
	}
	return in
}

func (in *incoming) Accept() (net.Conn, error) {
	select {
	case a := <-in.next:
		if err, ok := a.(error); ok {
			return nil, err
		}
		return a.(net.Conn), nil
	case <-in.closed:
		return nil, &net.OpError{Op: "accept", Err: net.ErrClosed}
	}
}

func (in *incoming) Close() error {
	close(in.closed)
	return nil
}

func unexpected(t *testing.T) func(net.Conn, Refusal) {
	return func(nc net.Conn, r Refusal) { t.Errorf("%s is refused: %s", nc.RemoteAddr(), r) }
}

func TestARefusedConnectionIsToldAndClosed(t *testing.T) {
	first, refused, other := dial("10.0.0.1:1"), dial("10.0.0.1:2"), dial("10.0.0.2:1")
	type telling struct {
		to   net.Conn
		why  Refusal
		open bool
	}
	var told []telling
	ln := quiet(Limits{PerAddress: 1}).Listen(newIncoming(first, refused, other), func(nc net.Conn, why Refusal) {
		told = append(told, telling{nc, why, refused.closes == 0})
	})
	for _, want := range []*socket{first, other} {
		nc, err := ln.Accept()
		if err != nil {
			t.Fatal(err)
		}
		c, ok := nc.(*Conn)
		if !ok || c.NetConn() != net.Conn(want) || c.RemoteAddr() != want.from {
			t.Errorf("accepted %v, want the connection from %s", nc, want.from)
		}
	}
	if want := []telling{{refused, TooManyOfAddress, true}}; !slices.Equal(told, want) {
		t.Errorf("told %v, want %v", told, want)
	}
	if refused.closes != 1 || first.closes != 0 || other.closes != 0 {
		t.Errorf("closed %d, %d and %d times, want the refused one only", first.closes, refused.closes, other.closes)
	}
}

func TestAcceptWaitsWhereTheMachineIsShortAndGoesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		short := []any{syscall.EMFILE, syscall.ENFILE, syscall.ENOBUFS, syscall.ENOMEM, syscall.ECONNABORTED, errors.New("any other")}
		in := newIncoming(slices.Concat(short, []any{numbered(1), syscall.EMFILE, numbered(2)})...)
		ln := quiet(Limits{}).Listen(in, unexpected(t))
		for _, want := range []time.Duration{ // 5, 10, 20 ms and so on, and from the start after each success
			(5 + 10 + 20 + 40 + 80 + 160) * time.Millisecond,
			5 * time.Millisecond,
		} {
			begun := time.Now()
			if _, err := ln.Accept(); err != nil {
				t.Fatal(err)
			}
			if took := time.Since(begun); took != want {
				t.Errorf("accepted after %s, want %s", took, want)
			}
		}
	})
}

func TestAcceptNeverWaitsLongerThanASecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		short := slices.Repeat([]any{syscall.EMFILE}, 20)
		ln := quiet(Limits{}).Listen(newIncoming(append(short, numbered(1))...), unexpected(t))
		begun := time.Now()
		if _, err := ln.Accept(); err != nil {
			t.Fatal(err)
		}
		if took, want := time.Since(begun), 1275*time.Millisecond+12*time.Second; took != want { // 5 ms to 640 ms, then 12 times 1 s
			t.Errorf("accepted after %s, want %s", took, want)
		}
	})
}

func TestCloseEndsAccept(t *testing.T) {
	for name, comes := range map[string][]any{
		"while it listens": nil,
		"while it waits":   slices.Repeat([]any{syscall.EMFILE}, 20),
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ln := quiet(Limits{}).Listen(newIncoming(comes...), unexpected(t))
				time.AfterFunc(3*time.Second+time.Millisecond, func() {
					if err := ln.Close(); err != nil {
						t.Error(err)
					}
				})
				begun := time.Now()
				if _, err := ln.Accept(); !errors.Is(err, net.ErrClosed) {
					t.Errorf("Accept: %v", err)
				}
				if took := time.Since(begun); took != 3*time.Second+time.Millisecond {
					t.Errorf("Accept ended after %s", took)
				}
			})
		})
	}
}
