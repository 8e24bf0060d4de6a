package sshserver

import "sync"

// narrowWindow is how many bytes a client may send ahead of what its session has read, if
// lines are paced. It holds two of the longest lines. A line of 4096 bytes five times a
// second needs 20 KiB a second, which the window allows up to a round trip of 400 ms.
//
// The library gives each client a window of 2 MiB and has no option for it. A window larger
// than the limit on unread data is a trap: an honest client fills it, and then its message
// that opens the window for our data waits after its own data.
const narrowWindow = 8 << 10

// inflow is the window that the library gives a client, and the part of it that is used.
type inflow struct {
	mu               *sync.Mutex
	window, consumed *uint32
	size             uint32
}

// unread returns how many bytes the library keeps that are not read yet, of the client's
// input and of its standard error together.
func (f *inflow) unread() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return int(f.size - *f.window - *f.consumed)
}
