package sockets_test

import (
	"net"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"parley/internal/sockets"
)

// layer is a connection around another.
type layer struct{ net.Conn }

func (l layer) NetConn() net.Conn { return l.Conn }

// What the peer has taken is known to the byte, whatever is around the socket.
func TestTheKernelTellsWhatThePeerHasTaken(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	client, err := net.Dial("tcp", ln.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	_ = client.(*net.TCPConn).SetReadBuffer(4096)
	accepted, err := ln.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer accepted.Close()
	socket := sockets.Of(layer{layer{accepted}})
	before, ok := sockets.Acked(socket)
	if !ok {
		t.Fatal("the kernel does not tell what is acknowledged")
	}
	_ = accepted.SetWriteDeadline(time.Now().Add(200 * time.Millisecond))
	wrote, _ := accepted.Write(make([]byte, 64<<20)) // more than the two kernels keep
	pending, ok := sockets.Pending(socket)
	acked, _ := sockets.Acked(socket)
	if !ok || pending == 0 || acked == before || int(acked-before)+pending != wrote {
		t.Errorf("%d bytes written: %d acknowledged, %d pending (%t)", wrote, acked-before, pending, ok)
	}
	if err := socket.Control(func(fd uintptr) {
		_ = unix.SetsockoptInt(int(fd), unix.IPPROTO_TCP, unix.TCP_USER_TIMEOUT, 1000)
	}); err != nil {
		t.Fatal(err)
	}
	sockets.NoUserTimeout(socket)
	if err := socket.Control(func(fd uintptr) {
		if got, err := unix.GetsockoptInt(int(fd), unix.IPPROTO_TCP, unix.TCP_USER_TIMEOUT); got != 0 || err != nil {
			t.Errorf("TCP_USER_TIMEOUT is %d, %v", got, err)
		}
	}); err != nil {
		t.Fatal(err)
	}
	_ = accepted.Close()
	if _, ok := sockets.Pending(socket); ok {
		t.Error("a closed socket tells what is pending")
	}
	if _, ok := sockets.Acked(socket); ok {
		t.Error("a closed socket tells what is acknowledged")
	}
	a, b := net.Pipe()
	defer b.Close()
	defer a.Close()
	if sockets.Of(a) != nil {
		t.Error("there is a socket in a pipe")
	}
}

// The end of a connection is seen after what has not been read.
func TestHangingUpIsSeenWithoutReading(t *testing.T) {
	for _, how := range []string{"closed", "shut for writing", "reset"} {
		ln, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer ln.Close()
		client, err := net.Dial("tcp", ln.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer client.Close()
		accepted, err := ln.Accept()
		if err != nil {
			t.Fatal(err)
		}
		defer accepted.Close()
		socket := sockets.Of(accepted)
		if _, err := client.Write([]byte("not read")); err != nil {
			t.Fatal(err)
		}
		if sockets.HungUp(socket) {
			t.Errorf("%s: seen before it is", how)
		}
		switch how {
		case "shut for writing":
			_ = client.(*net.TCPConn).CloseWrite()
		case "reset":
			_ = client.(*net.TCPConn).SetLinger(0)
			fallthrough
		default:
			_ = client.Close()
		}
		for begun := time.Now(); !sockets.HungUp(socket); time.Sleep(time.Millisecond) {
			if time.Since(begun) > 5*time.Second {
				t.Fatalf("%s: not seen", how)
			}
		}
		_ = accepted.Close()
		if !sockets.HungUp(socket) {
			t.Errorf("%s: a closed socket is open", how)
		}
	}
}
