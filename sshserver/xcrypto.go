package sshserver

import (
	"reflect"
	"sync"
	"unsafe"

	gossh "golang.org/x/crypto/ssh"
)

// What is read out of x/crypto past its interface. Its goroutines wait until somebody
// takes what they hand over, and it has no other way to take that once it has failed. It
// also has no way to ask for the window of a channel. A field that is no longer there is a
// panic: of every login, of every session, or in TestFieldsOfXCrypto.

// packetsAhead returns the packets that conn has read and not looked at.
func packetsAhead(conn gossh.ServerPreAuthConn) <-chan []byte {
	field := reflect.ValueOf(conn).Elem().FieldByName("transport").Elem().Elem().FieldByName("incoming")
	return *(*chan []byte)(unsafe.Pointer(field.UnsafeAddr()))
}

// requestsOf returns the requests of a channel that could not be accepted. The library
// takes them from then on all the same.
func requestsOf(nc gossh.NewChannel) <-chan *gossh.Request {
	field := reflect.ValueOf(nc).Elem().FieldByName("incomingRequests")
	return *(*chan *gossh.Request)(unsafe.Pointer(field.UnsafeAddr()))
}

// windowOf returns the count of how much more may be sent on a channel, and its lock.
func windowOf(channel gossh.Channel) window {
	field := reflect.ValueOf(channel).Elem().FieldByName("remoteWin")
	cond := *(**sync.Cond)(unsafe.Pointer(field.FieldByName("Cond").UnsafeAddr()))
	return window{cond.L, (*uint32)(unsafe.Pointer(field.FieldByName("win").UnsafeAddr()))}
}

// inflowOf finds the window of a channel that is not accepted yet. With narrow it makes
// it narrowWindow: the library has no option for it.
func inflowOf(nc gossh.NewChannel, narrow bool) *inflow {
	ch := reflect.ValueOf(nc).Elem()
	counter := func(name string) *uint32 {
		f := ch.FieldByName(name)
		if f.Kind() != reflect.Uint32 {
			panic("the library's channel has another " + name)
		}
		return (*uint32)(unsafe.Pointer(f.UnsafeAddr()))
	}
	f := &inflow{
		mu:     (*sync.Mutex)(unsafe.Pointer(ch.FieldByName("windowMu").Addr().UnsafePointer())),
		window: counter("myWindow"), consumed: counter("myConsumed"),
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if narrow {
		*f.window = narrowWindow
	}
	f.size = *f.window
	return f
}
