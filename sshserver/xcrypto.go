package sshserver

import (
	"reflect"
	"sync"
	"unsafe"

	gossh "golang.org/x/crypto/ssh"
)

// This file reads fields of x/crypto that are not exported. The library's goroutines wait
// until what they deliver is received, and after a failure it offers no other way to
// receive it. Nor does it give access to the window of a channel. A missing field panics:
// in every login, in every session, or in TestFieldsOfXCrypto.

// packetsAhead returns the packets that conn has read but not handled.
func packetsAhead(conn gossh.ServerPreAuthConn) <-chan []byte {
	field := reflect.ValueOf(conn).Elem().FieldByName("transport").Elem().Elem().FieldByName("incoming")
	return *(*chan []byte)(unsafe.Pointer(field.UnsafeAddr()))
}

// requestsOf returns the requests of a channel whose accept failed. The library still
// delivers them.
func requestsOf(nc gossh.NewChannel) <-chan *gossh.Request {
	field := reflect.ValueOf(nc).Elem().FieldByName("incomingRequests")
	return *(*chan *gossh.Request)(unsafe.Pointer(field.UnsafeAddr()))
}

// windowOf returns the count of how much more may be sent on a channel, with its lock.
func windowOf(channel gossh.Channel) window {
	field := reflect.ValueOf(channel).Elem().FieldByName("remoteWin")
	cond := *(**sync.Cond)(unsafe.Pointer(field.FieldByName("Cond").UnsafeAddr()))
	return window{cond.L, (*uint32)(unsafe.Pointer(field.FieldByName("win").UnsafeAddr()))}
}

// inflowOf returns the window of a channel that is not accepted yet. If narrow is set, it
// sets the window to narrowWindow: the library has no option for it.
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
