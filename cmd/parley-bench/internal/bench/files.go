package bench

import (
	"math"
	"syscall"
)

// maxFiles is how many files a process may have open: the hard limit, to which the
// Go runtime raises the soft one when a program starts.
func maxFiles() uint64 {
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		return math.MaxUint64 // exceeding it is an error that says so
	}
	return uint64(limit.Cur)
}
