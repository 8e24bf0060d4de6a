package app

import (
	"context"
	"os"
	"runtime/debug"
	measured "runtime/metrics"
	"time"
)

// An SSH handshake leaves 40 KB of garbage, and stacks that grew for it. The runtime
// collects garbage when the heap has grown, which on a quiet server is never, or after two
// minutes. So the server collects, and returns memory to the system, once much has been
// allocated and it has become quiet: 2,000 idle SSH connections then take 49 KB each instead
// of 55 to 62, and 5,000 raw ones 7.7 instead of 14. It costs about 0.05 ms for each SSH
// connection that has come, and 0.01 ms for each raw one, once the server is quiet.
const (
	// trimEvery is how often the server looks.
	trimEvery = 500 * time.Millisecond
	// quiet is how much may be allocated between two looks. More than that is conversation,
	// or people who come and go, and these should not pay for it.
	quiet = 512 << 10
	// A trim needs at least trimLeast bytes allocated since the last one, and 1/trimShare of
	// what is live: that bounds the cost by a constant for each connection.
	trimLeast = 4 << 20
	trimShare = 2
)

// memtrim returns memory to the system once a crowd has come or gone.
type memtrim struct {
	samples [2]measured.Sample
	seen    uint64 // bytes allocated at the last look
	trimmed uint64 // bytes allocated at the last trim
}

func newMemtrim() *memtrim {
	return &memtrim{samples: [2]measured.Sample{{Name: "/gc/heap/allocs:bytes"}, {Name: "/gc/heap/live:bytes"}}}
}

// gcPercent is by how much of what is live the heap grows until the runtime collects,
// unless GOGC is set. With the runtime's own 100 a raw connection took a third more CPU, and
// an SSH connection a tenth more. What it leaves behind is collected when it is quiet.
const gcPercent = 200

// TrimMemory keeps the memory of this process small until ctx is done. A process calls it
// once, however many servers it has.
func TrimMemory(ctx context.Context) {
	m := newMemtrim()
	if os.Getenv("GOGC") == "" {
		defer debug.SetGCPercent(debug.SetGCPercent(gcPercent))
	}
	ticker := time.NewTicker(trimEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			measured.Read(m.samples[:])
			if m.due(m.samples[0].Value.Uint64(), m.samples[1].Value.Uint64()) {
				debug.FreeOSMemory()
			}
		}
	}
}

// due reports whether it is time to trim. allocated is the number of bytes allocated since
// the start, live the number that were live when the runtime last collected.
func (m *memtrim) due(allocated, live uint64) bool {
	since := allocated - m.seen
	m.seen = allocated
	if since > quiet || allocated-m.trimmed < max(trimLeast, live/trimShare) {
		return false
	}
	m.trimmed = allocated
	return true
}
