//go:build !linux

package app

import "net"

func listenConfig() *net.ListenConfig { return &net.ListenConfig{KeepAliveConfig: keepalive} }
