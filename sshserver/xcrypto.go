package sshserver

import (
	"fmt"
	"log/slog"
	"reflect"
	"sync"
	"unsafe"

	gossh "golang.org/x/crypto/ssh"
)

// This file has everything that rests on the inside of golang.org/x/crypto/ssh, as it was
// read in v0.58.0: in channel.go, common.go, handshake.go and connection.go of that
// version. It reaches for fields that are not exported, because the library has no option
// or method for what they hold. A field that is gone, or of another type, is logged once,
// and the server goes on without it; TestXCrypto fails then, so that whoever upgrades the
// library notices. What is lost without each field stands at its function.

// missing is a set of the fields that have been logged.
var missing sync.Map

// reached calls reach, which reads fields of the library by reflection, and reports whether
// they were there. If not, it logs once what the server goes on without.
func reached(log *slog.Logger, without string, reach func()) (ok bool) {
	defer func() {
		if v := recover(); v != nil {
			if _, logged := missing.LoadOrStore(without, true); !logged {
				log.Error("golang.org/x/crypto/ssh has changed inside: going on without "+without, "field", fmt.Sprint(v))
			}
		}
	}()
	reach()
	return true
}

// field returns a pointer to a field of a struct. It panics if there is no such field of
// type T.
func field[T any](of reflect.Value, name string) *T {
	f := of.FieldByName(name)
	if !f.IsValid() || f.Type() != reflect.TypeFor[T]() {
		panic(fmt.Sprintf("%s has no field %s of type %s", of.Type(), name, reflect.TypeFor[T]()))
	}
	return (*T)(unsafe.Pointer(f.UnsafeAddr()))
}

// packetsAhead returns the packets that conn has read but not handled. Without them, each
// connection that ends while sixteen packets wait leaves two goroutines and 140 KiB.
func packetsAhead(log *slog.Logger, conn gossh.ServerPreAuthConn) (ahead <-chan []byte) {
	reached(log, "the packets read ahead, which a failed login leaves behind", func() {
		transport := reflect.ValueOf(conn).Elem().FieldByName("transport")
		ahead = *field[chan []byte](transport.Elem().Elem(), "incoming")
	})
	return ahead
}

// requestsOf returns the requests of a channel whose accept failed. The library still
// delivers them: without them, its reader waits forever. They are then nil.
func requestsOf(log *slog.Logger, nc gossh.NewChannel) (requests <-chan *gossh.Request) {
	reached(log, "the requests of a channel that failed", func() {
		requests = *field[chan *gossh.Request](reflect.ValueOf(nc).Elem(), "incomingRequests")
	})
	return requests
}

// sendWindow is the library's count of how much more the client lets us send on a channel.
type sendWindow struct {
	lock  sync.Locker // nil if the count is not known
	bytes *uint32
}

// sendWindowOf returns the window of a channel. Without it, everything is written in pieces
// of minPiece, as to a client whose window is shut.
func sendWindowOf(log *slog.Logger, channel gossh.Channel) (w sendWindow) {
	reached(log, "the size of the window of a client", func() {
		remote := reflect.ValueOf(channel).Elem().FieldByName("remoteWin")
		bytes := field[uint32](remote, "win")
		w = sendWindow{(*field[*sync.Cond](remote, "Cond")).L, bytes}
	})
	return w
}

// room returns how many bytes may be sent now. Only a write decreases it.
func (w sendWindow) room() uint32 {
	if w.lock == nil {
		return 0
	}
	w.lock.Lock()
	defer w.lock.Unlock()
	return *w.bytes
}

// narrowWindow is how many bytes a client may send ahead of what its session has read, if
// lines are paced. It holds two of the longest lines. A line of 4096 bytes five times a
// second needs 20 KiB a second, which the window allows up to a round trip of 400 ms.
//
// The library gives each client a window of libraryWindow and has no option for it. A
// window larger than the limit on unread data is a trap: an honest client fills it, and
// then its message that opens the window for our data waits after its own data.
const (
	narrowWindow  = 8 << 10
	libraryWindow = 2 << 20
)

// inflow is the window that the library gives a client, and the part of it that is used.
type inflow struct {
	mu               *sync.Mutex // nil if the window is not known
	window, consumed *uint32
	size             uint32
}

// inflowOf returns the window of a channel that is not accepted yet. If narrow is set, it
// sets the window to narrowWindow. Without the fields the window stays as wide as the
// library makes it, and unread data is bounded by its bytes on the wire alone.
func inflowOf(log *slog.Logger, nc gossh.NewChannel, narrow bool) *inflow {
	in := &inflow{size: libraryWindow}
	reached(log, "narrow windows for clients", func() {
		ch := reflect.ValueOf(nc).Elem()
		mu := field[sync.Mutex](ch, "windowMu")
		in.window, in.consumed = field[uint32](ch, "myWindow"), field[uint32](ch, "myConsumed")
		in.mu = mu
	})
	if in.mu == nil {
		return in
	}
	in.mu.Lock()
	defer in.mu.Unlock()
	if narrow {
		*in.window = narrowWindow
	}
	in.size = *in.window
	return in
}

// unread returns how many bytes the library keeps that are not read yet, of the client's
// input and of its standard error together. It returns 0 if that is not known.
func (f *inflow) unread() int {
	if f.mu == nil {
		return 0
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	return int(f.size - *f.window - *f.consumed)
}
