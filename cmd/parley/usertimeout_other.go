//go:build !linux

package main

import "syscall"

// setUserTimeout does nothing: the option is Linux's.
func setUserTimeout(_, _ string, _ syscall.RawConn) error { return nil }
