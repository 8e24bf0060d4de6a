package sshserver

import "sync"

// narrowWindow is how many bytes a client may send that its session has not read, where
// its lines are paced: two of the longest. A line of 4096 bytes five times a second needs
// 20 KiB a second, which fits through it with a round trip of up to 400 ms.
//
// The library gives each client a window of 2 MiB and has no option for it. A window
// that is larger than what we are ready to keep unread is a trap: an honest client fills
// it, and then what opens our window to that client waits behind its own data.
const narrowWindow = 8 << 10

// inflow is the window that the library gives a client, and how much of it is used.
type inflow struct {
	mu               *sync.Mutex
	window, consumed *uint32
	size             uint32
}

// unread is how many bytes the library keeps that have not been read, of the client's
// input and of its standard error together.
func (f *inflow) unread() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return int(f.size - *f.window - *f.consumed)
}
