//go:build !linux

package main

import "net"

func keptAlive() *net.ListenConfig { return &net.ListenConfig{KeepAliveConfig: keepalive} }
