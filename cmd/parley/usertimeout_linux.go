package main

import (
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// userTimeout is how long sent data may stay unacknowledged. Without it the kernel
// goes on sending for a quarter of an hour, and no keepalive is sent meanwhile. The
// kernel looks when it sends again, up to 2 s later: 20 s in all.
const userTimeout = 18 * time.Second

// setUserTimeout sets it on a listening socket, which hands it on to those it
// accepts.
func setUserTimeout(_, _ string, c syscall.RawConn) error {
	var failed error
	err := c.Control(func(fd uintptr) {
		failed = unix.SetsockoptInt(int(fd), unix.IPPROTO_TCP, unix.TCP_USER_TIMEOUT, int(userTimeout.Milliseconds()))
	})
	if err != nil {
		return err
	}
	return failed
}
