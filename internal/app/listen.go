package app

import (
	"context"
	"net"
	"time"
)

// keepalive is how the kernel notices that the peer of an idle connection is gone: within
// 78 s, because each of its timers may fire 2 s late. On Linux it notices within 54 s, and
// within 20 s when data is not acknowledged, for clients that have never been slow.
var keepalive = net.KeepAliveConfig{Enable: true, Idle: 30 * time.Second, Interval: 20 * time.Second, Count: 2}

// Listen opens a listening socket. The connections that it accepts have keepalives, and on
// Linux the kernel holds little for a client that stops reading.
func Listen(ctx context.Context, addr string) (net.Listener, error) {
	return listenConfig().Listen(ctx, "tcp", addr)
}
