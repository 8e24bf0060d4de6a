package tcpserver

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"strings"
	"syscall"
	"testing"
	"time"

	"parley/internal/input"
)

// The last lines of the server arrive even if it has not read all input. A socket that is
// closed with unread input is reset, and data in transit is lost.
func TestTheLastWordsArriveBesideUnreadInput(t *testing.T) {
	addr, core := serve(t, input.Limits{MaxLine: 4096, Rate: 5, Burst: 50})
	eve := enter(t, addr, "eve")
	dialer := net.Dialer{Control: func(_, _ string, c syscall.RawConn) error {
		return c.Control(func(fd uintptr) { _ = syscall.SetsockoptInt(int(fd), syscall.SOL_SOCKET, syscall.SO_RCVBUF, 8<<10) })
	}}
	line := strings.Repeat("x", 4000)
	var clients []net.Conn
	for n := range 10 {
		nc, err := dialer.Dial("tcp", addr)
		if err != nil {
			t.Fatal(err)
		}
		defer nc.Close()
		if _, err := fmt.Fprintf(nc, "ann%d\n!say \n", n); err != nil {
			t.Fatal(err)
		}
		answer := make([]byte, len("!error usage: !say text\r\n"))
		if _, err := io.ReadFull(nc, answer); err != nil {
			t.Fatal(err)
		}
		clients = append(clients, nc)
	}
	for range 10 { // more than a client's buffer takes
		if _, err := fmt.Fprintln(eve, line); err != nil {
			t.Fatal(err)
		}
	}
	for _, nc := range clients { // more than one read, and more than may come at once
		if _, err := nc.Write(bytes.Repeat([]byte("!echo off\n"), 4000)); err != nil {
			t.Fatal(err)
		}
	}
	want := len(clients) * 10
	for deadline := time.Now().Add(5 * time.Second); core.Stats().Delivered < uint64(want); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%d of %d lines are delivered", core.Stats().Delivered, want)
		}
	}
	core.Shutdown("going down now")
	for n, nc := range clients {
		_ = nc.SetReadDeadline(time.Now().Add(10 * time.Second))
		all, err := io.ReadAll(nc)
		if !bytes.HasSuffix(all, []byte("! going down now\r\n")) {
			t.Errorf("client %d: %d bytes, %v", n, len(all), err)
		}
	}
}

// A client that sends on and on after the end is not listened to for long.
func TestLinger_IsBounded(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	sent := make(chan int)
	go func() {
		n := 0
		defer func() { sent <- n }()
		nc, err := net.Dial("tcp", ln.Addr().String())
		if err != nil {
			return
		}
		defer nc.Close()
		for flood := make([]byte, 64<<10); err == nil; n += len(flood) {
			_, err = nc.Write(flood)
		}
	}()
	nc, err := ln.Accept()
	if err != nil {
		t.Fatal(err)
	}
	s := newStream(nc, nil)
	begun := time.Now()
	s.linger(time.Minute)
	_ = s.Close()
	if took := time.Since(begun); took > 30*time.Second {
		t.Errorf("it is listened to for %s", took)
	}
	if n := <-sent; n < lingerMost {
		t.Errorf("%d bytes are read, want %d", n, lingerMost)
	}
}
