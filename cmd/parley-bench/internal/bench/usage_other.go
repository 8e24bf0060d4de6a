//go:build !linux

package bench

import "time"

// cpuTime is known on Linux only.
func cpuTime(int) (d time.Duration, known bool) { return 0, false }

// residentKiB is known on Linux only.
func residentKiB(int) (kib int64, known bool) { return 0, false }
