package sshserver

import (
	"reflect"
	"unsafe"

	gossh "golang.org/x/crypto/ssh"
)

// What is read out of x/crypto past its interface. Its goroutines wait until somebody
// takes what they hand over, and it has no other way to take that once it has failed. A
// field that is no longer there is a panic: of every login, or in TestFieldsOfXCrypto.

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
