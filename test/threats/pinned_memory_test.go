//go:build e2e

package threats

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"io"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// mostPacket is the longest packet the server's library takes, and makes room for.
const mostPacket = 256 << 10

// pin is a way to make the server keep memory for a client it does not know.
type pin struct {
	name  string
	keyed bool // after the key exchange, when lengths are still in the clear
	sent  int  // bytes of the packet that are sent
}

var pins = []pin{
	{"16 bytes of it", false, 16},
	{"nearly all of it", false, mostPacket - 16},
	{"16 bytes of it, behind the key exchange", true, 16},
	{"nearly all of it, behind the key exchange", true, mostPacket - 16},
}

// hold announces a packet, sends part of it, and stays connected until the server has
// received enough or ctx is done. It counts itself in held at that point.
func (p pin) hold(ctx context.Context, s *server, from string, held *atomic.Int32) {
	w, err := greet(s, from)
	if err != nil {
		return
	}
	defer w.nc.Close()
	defer context.AfterFunc(ctx, func() { _ = w.nc.Close() })()
	if p.keyed && w.exchange() != nil {
		return
	}
	packet := make([]byte, 4+p.sent)
	_, _ = rand.Read(packet) // never fails
	binary.BigEndian.PutUint32(packet, mostPacket)
	if _, err := w.nc.Write(packet); err != nil {
		return
	}
	held.Add(1)
	_, _ = io.Copy(io.Discard, w.nc) // until it is closed, by either side
}

// Row 2: a thousand clients that announce a packet of 256 KiB, and do not send it, cost as
// much as the clients that may be unauthenticated, and no more. They come again when they
// are refused or displaced.
func TestThreat02_PinnedMemory(t *testing.T) {
	for _, p := range pins {
		t.Run(p.name, func(t *testing.T) {
			s := start(t)
			if _, err := visit(s, "127.0.0.1", "first", true); err != nil { // the first connection allocates this for good
				t.Fatal(err)
			}
			before := s.resident()
			most := s.highest(5*time.Millisecond, s.resident)
			ctx, cancel := context.WithCancel(context.Background())
			defer cancel()
			var all sync.WaitGroup
			var held atomic.Int32
			for i := range 1000 { // four of an address
				all.Go(func() {
					for ctx.Err() == nil {
						p.hold(ctx, s, address(i/4), &held)
						select {
						case <-time.After(time.Second):
						case <-ctx.Done():
						}
					}
				})
			}
			const half = 50 // of the unauthenticated connections allowed: beyond this, some are refused
			if !eventually(10*time.Second, func() bool { return held.Load() >= half }) {
				t.Error("too few for an attack")
			}
			time.Sleep(either(5*time.Second, 1500*time.Millisecond))
			grown(t, "resident memory", before, most(), 40*mib)
			t.Logf("%d packets announced", held.Load())
			cancel()
			all.Wait()
		})
	}
}
