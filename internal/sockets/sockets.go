// Package sockets finds the socket beneath a connection, and asks the kernel what its
// peer has taken.
package sockets

import (
	"net"
	"syscall"
)

// Base returns the connection beneath the layers around it.
func Base(nc net.Conn) net.Conn {
	for {
		layer, ok := nc.(interface{ NetConn() net.Conn })
		if !ok {
			return nc
		}
		nc = layer.NetConn()
	}
}

// Of returns the socket beneath a connection, or nil if there is none.
func Of(nc net.Conn) syscall.RawConn {
	socket, ok := Base(nc).(syscall.Conn)
	if !ok {
		return nil
	}
	raw, err := socket.SyscallConn()
	if err != nil {
		return nil
	}
	return raw
}
