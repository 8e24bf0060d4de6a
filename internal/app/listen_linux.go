package app

import (
	"net"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// userTimeout is how long sent data may stay unacknowledged. Without it the kernel
// retransmits for a quarter of an hour, and sends no keepalive meanwhile. The kernel checks
// when it retransmits, up to 2 s later: 20 s in all. It would also give up clients that read
// slowly with a small window: package flush turns the timeout off for these, and describes
// there what the kernel does.
const userTimeout = 18 * time.Second

const (
	// maxUnsent is how many bytes the kernel accepts that it cannot send yet. Without it the
	// kernel accepts up to 4 MB for a client that has stopped reading: no write waits, so
	// the outbox does not bound what the client costs, and only userTimeout ends it.
	maxUnsent = 16 << 10
	// sendBuffer is how many bytes of memory the kernel uses at most for a connection, with
	// what is sent and not acknowledged. It bounds what a client gets in a round trip.
	sendBuffer = 256 << 10
)

// listenConfig sets the options on the listening socket, which hands them on to the
// connections that it accepts. That saves seven system calls for each.
func listenConfig() *net.ListenConfig { return &net.ListenConfig{KeepAlive: -1, Control: setOptionsOf} }

func setOptionsOf(_, _ string, c syscall.RawConn) error {
	var failed error
	err := c.Control(func(fd uintptr) { failed = setOptions(int(fd)) })
	if err != nil {
		return err
	}
	return failed
}

func setOptions(fd int) error {
	for _, o := range []struct{ level, option, value int }{
		{unix.SOL_SOCKET, unix.SO_KEEPALIVE, 1},
		{unix.IPPROTO_TCP, unix.TCP_KEEPIDLE, int(keepalive.Idle.Seconds())},
		{unix.IPPROTO_TCP, unix.TCP_KEEPINTVL, int(keepalive.Interval.Seconds())},
		{unix.IPPROTO_TCP, unix.TCP_KEEPCNT, keepalive.Count},
		{unix.IPPROTO_TCP, unix.TCP_USER_TIMEOUT, int(userTimeout.Milliseconds())},
		{unix.IPPROTO_TCP, unix.TCP_NOTSENT_LOWAT, maxUnsent},
		{unix.SOL_SOCKET, unix.SO_SNDBUF, sendBuffer / 2}, // the kernel doubles it
		// A telnet client sends one byte of a Synch (IAC DM) as urgent. Without this option
		// that byte is not read, and the other one becomes part of the next line.
		{unix.SOL_SOCKET, unix.SO_OOBINLINE, 1},
	} {
		if err := unix.SetsockoptInt(fd, o.level, o.option, o.value); err != nil {
			return err
		}
	}
	return nil
}
