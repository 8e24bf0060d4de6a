package attack

import (
	"crypto/rand"
	"encoding/binary"
	"sync"
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

// hold announces a packet and sends some of it; then it waits for done. Who is refused
// waits as well: there is to be no room for anybody else.
func (p pin) hold(s *server, from string, done <-chan struct{}) (held bool) {
	w, err := greet(s, from)
	if err != nil {
		return false
	}
	defer w.nc.Close()
	if p.keyed && w.exchange() != nil {
		return false
	}
	packet := make([]byte, 4+p.sent)
	_, _ = rand.Read(packet)
	binary.BigEndian.PutUint32(packet, mostPacket)
	_ = w.nc.SetWriteDeadline(time.Now().Add(5 * time.Second))
	if _, err := w.nc.Write(packet); err != nil {
		return false
	}
	<-done
	return true
}

// Row 2: a thousand who announce a packet of 256 KiB, and do not send it, cost as much
// as may be unauthenticated, and no more.
func TestRow02PinnedMemory(t *testing.T) {
	for _, p := range pins {
		t.Run(p.name, func(t *testing.T) {
			s := start(t)
			if _, err := visit(s, "127.0.0.1", "first", true); err != nil { // what the first one takes for good
				t.Fatal(err)
			}
			before := s.resident()
			most := s.watch()
			done := make(chan struct{})
			var all sync.WaitGroup
			var mu sync.Mutex
			held := 0
			for i := range 1000 { // four of an address
				all.Go(func() {
					is := p.hold(s, address(i/4), done)
					mu.Lock()
					defer mu.Unlock()
					if is {
						held++
					}
				})
			}
			time.Sleep(either(10*time.Second, 1500*time.Millisecond))
			close(done)
			all.Wait()
			grown(t, "resident memory", before, most(), 40*mib)
			t.Logf("%d of 1000 held on", held)
			if held == 0 {
				t.Error("nobody pinned anything")
			}
		})
	}
}
