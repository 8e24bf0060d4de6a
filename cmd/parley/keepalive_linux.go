package main

import (
	"net"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// userTimeout is how long sent data may stay unacknowledged. Without it the kernel
// goes on sending for a quarter of an hour, and no keepalive is sent meanwhile. The
// kernel looks when it sends again, up to 2 s later: 20 s in all. The kernel would also give
// up clients that read slowly with a small window: package flush turns this off for them,
// and says there what the kernel does.
const userTimeout = 18 * time.Second

const (
	// maxUnsent is how much the kernel takes, in bytes, of what it cannot send yet: of the
	// client's window, or of the way, there is no more. Without it the kernel takes up to 4 MB, and no write waits:
	// the outbox does not bound what a client that stops reading costs, and nobody
	// notices it but the kernel, after userTimeout.
	maxUnsent = 16 << 10
	// sendBuffer is how much the kernel holds in all, in bytes: what is under way besides,
	// and its own records of it. A client may read 256 KiB in each round trip.
	sendBuffer = 256 << 10
)

// keptAlive sets all this on the listening socket, which hands it on to those it accepts:
// seven calls of the kernel less for each of them.
func keptAlive() *net.ListenConfig { return &net.ListenConfig{KeepAlive: -1, Control: watchPeers} }

func watchPeers(_, _ string, c syscall.RawConn) error {
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
		// A telnet client sends the last byte of a Synch as urgent (RFC 854). It would be
		// missing, and leave an IAC that goes with the next line.
		{unix.SOL_SOCKET, unix.SO_OOBINLINE, 1},
	} {
		if err := unix.SetsockoptInt(fd, o.level, o.option, o.value); err != nil {
			return err
		}
	}
	return nil
}
