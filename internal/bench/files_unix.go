//go:build unix

package bench

import "syscall"

// maxFiles is how many files a process may have open: the hard limit, to which the
// Go runtime raises the soft one when a program starts.
func maxFiles() (n uint64, known bool) {
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		return 0, false
	}
	return uint64(limit.Cur), true
}
