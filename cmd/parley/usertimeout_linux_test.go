package main

import (
	"net"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// An accepted connection has the listener's timeout for data that is not
// acknowledged.
func TestAcceptedConnectionsInheritTheUserTimeout(t *testing.T) {
	ln, err := listener(t.Context(), "tcp", "127.0.0.1:0")
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
	raw, err := accepted.(*net.TCPConn).SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	var got int
	var failed error
	if err := raw.Control(func(fd uintptr) {
		got, failed = unix.GetsockoptInt(int(fd), unix.IPPROTO_TCP, unix.TCP_USER_TIMEOUT)
	}); err != nil || failed != nil {
		t.Fatal(err, failed)
	}
	if d := time.Duration(got) * time.Millisecond; d != userTimeout {
		t.Errorf("the timeout is %s, want %s", d, userTimeout)
	}
}
