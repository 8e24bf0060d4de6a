package sshserver

import (
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"parley/internal/input"
)

// A command session with a terminal reads ahead of the lines that wait for their turn. It
// does not read on and on.
func TestCooked_WaitingInputIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newServer(t, func(o *Options) { o.Input = input.Limits{MaxLine: 4096, Rate: 1.0 / 3600, Burst: 1} })
		k := s.onTerminal(t, "bob", "/say")
		var typed atomic.Int64
		go func() {
			for {
				n, err := k.in.Write([]byte("hello\r"))
				if typed.Add(int64(n)); err != nil {
					return
				}
			}
		}()
		time.Sleep(time.Minute)
		synctest.Wait()
		const most = (cookedAhead+4)*readSize + narrowWindow // a piece is in each hand
		if n := typed.Load(); n < readSize || n > most {
			t.Errorf("%d bytes were taken while a line waits, want %d at most", n, most)
		}
	})
}
