package attack

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

// pin is a way to have the server keep memory for somebody it does not know.
type pin struct {
	name  string
	keyed bool // behind the key exchange, where lengths are still in the clear
	sent  int  // bytes of the packet that are sent
}

var pins = []pin{
	{"16 bytes of it", false, 16},
	{"nearly all of it", false, mostPacket - 16},
	{"16 bytes of it, behind the key exchange", true, 16},
	{"nearly all of it, behind the key exchange", true, mostPacket - 16},
}

// hold announces a packet, sends some of it, and holds on until the server has enough
// of that or ctx is done. It returns whether it got so far.
func (p pin) hold(ctx context.Context, s *server, from string) (held bool) {
	w, err := greet(s, from)
	if err != nil {
		return false
	}
	defer w.nc.Close()
	defer context.AfterFunc(ctx, func() { _ = w.nc.Close() })()
	if p.keyed && w.exchange() != nil {
		return false
	}
	packet := make([]byte, 4+p.sent)
	_, _ = rand.Read(packet) // never fails
	binary.BigEndian.PutUint32(packet, mostPacket)
	if _, err := w.nc.Write(packet); err != nil {
		return false
	}
	_, _ = io.Copy(io.Discard, w.nc) // until it is closed, by either side
	return true
}

// Row 2: a thousand who announce a packet of 256 KiB, and do not send it, cost as much
// as may be unauthenticated, and no more; they come again when they are refused or
// have to make room.
func TestRow02PinnedMemory(t *testing.T) {
	for _, p := range pins {
		t.Run(p.name, func(t *testing.T) {
			s := start(t)
			if _, err := visit(s, "127.0.0.1", "first", true); err != nil { // what the first one takes for good
				t.Fatal(err)
			}
			before := s.resident()
			most := s.highest(5*time.Millisecond, s.resident)
			ctx, cancel := context.WithTimeout(context.Background(), either(10*time.Second, 1500*time.Millisecond))
			defer cancel()
			var all sync.WaitGroup
			var held atomic.Int32
			for i := range 1000 { // four of an address
				all.Go(func() {
					for ctx.Err() == nil {
						if p.hold(ctx, s, address(i/4)) {
							held.Add(1)
						}
						select {
						case <-time.After(time.Second):
						case <-ctx.Done():
						}
					}
				})
			}
			all.Wait()
			grown(t, "resident memory", before, most(), 40*mib)
			t.Logf("%d packets announced", held.Load())
			if held.Load() < 50 { // from there on others are refused
				t.Error("too few for an attack")
			}
		})
	}
}
