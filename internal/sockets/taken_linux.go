package sockets

import (
	"syscall"

	"golang.org/x/sys/unix"
)

// Measured tells whether the kernel tells what the peer of a socket has taken.
const Measured = true

// Pending returns how many bytes that were written to a TCP socket its peer has not
// acknowledged. ok is false if the kernel
// does not tell, as of a socket that is closed.
func Pending(socket syscall.RawConn) (bytes int, ok bool) {
	var failed error
	err := socket.Control(func(fd uintptr) { bytes, failed = unix.IoctlGetInt(int(fd), unix.SIOCOUTQ) })
	return bytes, err == nil && failed == nil
}

// Acked returns how many bytes the peer of a TCP socket has acknowledged so far. ok is
// false if the kernel does not tell.
func Acked(socket syscall.RawConn) (bytes uint64, ok bool) {
	var info *unix.TCPInfo
	var failed error
	err := socket.Control(func(fd uintptr) {
		info, failed = unix.GetsockoptTCPInfo(int(fd), unix.IPPROTO_TCP, unix.TCP_INFO)
	})
	if err != nil || failed != nil {
		return 0, false
	}
	return info.Bytes_acked, true
}

// NoUserTimeout stops the kernel from giving up a connection because data is pending for
// long (TCP_USER_TIMEOUT). It does nothing on a socket that is closed.
func NoUserTimeout(socket syscall.RawConn) {
	_ = socket.Control(func(fd uintptr) { _ = unix.SetsockoptInt(int(fd), unix.IPPROTO_TCP, unix.TCP_USER_TIMEOUT, 0) })
}

// HungUp tells whether the peer of a TCP socket will send no more: it has closed its side, or
// the connection is reset. What it sent before may still wait to be read.
func HungUp(socket syscall.RawConn) bool {
	poll := []unix.PollFd{{Events: unix.POLLRDHUP}}
	err := socket.Control(func(fd uintptr) {
		poll[0].Fd = int32(fd)
		_, _ = unix.Poll(poll, 0) // where it fails, it says nothing
	})
	return err != nil || poll[0].Revents&(unix.POLLRDHUP|unix.POLLHUP|unix.POLLERR) != 0
}
