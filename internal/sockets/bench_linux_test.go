package sockets_test

import (
	"net"
	"testing"

	"parley/internal/sockets"
)

// BenchmarkPending and BenchmarkAcked are what it costs to ask.
func BenchmarkPending(b *testing.B) { ask(b, func(nc net.Conn) { sockets.Pending(sockets.Of(nc)) }) }
func BenchmarkAcked(b *testing.B)   { ask(b, func(nc net.Conn) { sockets.Acked(sockets.Of(nc)) }) }

func ask(b *testing.B, what func(net.Conn)) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	defer ln.Close()
	nc, err := net.Dial("tcp", ln.Addr().String())
	if err != nil {
		b.Fatal(err)
	}
	defer nc.Close()
	b.ReportAllocs()
	for b.Loop() {
		what(nc)
	}
}
