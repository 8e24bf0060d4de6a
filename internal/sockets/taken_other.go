//go:build !linux

package sockets

import "syscall"

// Measured tells whether the kernel tells what the peer of a socket has taken.
const Measured = false

// Pending, Acked: only Linux is asked.
func Pending(syscall.RawConn) (bytes int, ok bool)  { return 0, false }
func Acked(syscall.RawConn) (bytes uint64, ok bool) { return 0, false }

// NoUserTimeout does nothing, for the kernel has not been told to give up.
func NoUserTimeout(syscall.RawConn) {}

// HungUp reports false: only Linux is asked.
func HungUp(syscall.RawConn) bool { return false }
