package bench

import (
	"bufio"
	"fmt"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// cpuTime is the processor time, user and system, of all threads of another process
// since it began, by the clock the kernel has for it: in nanoseconds, where
// /proc/PID/stat has hundredths of a second. It is not known of a process that has
// ended.
func cpuTime(pid int) (d time.Duration, known bool) {
	const processClock = 2 // CPUCLOCK_SCHED: see clock_getcpuclockid(3)
	var t unix.Timespec
	if err := unix.ClockGettime(^int32(pid)<<3|processClock, &t); err != nil {
		return 0, false
	}
	return time.Duration(t.Nano()), true
}

// residentKiB is how much memory a process has in use, in KiB.
func residentKiB(pid int) (kib int64, known bool) {
	f, err := os.Open(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, false
	}
	defer f.Close()
	for s := bufio.NewScanner(f); s.Scan(); {
		if n, _ := fmt.Sscanf(s.Text(), "VmRSS: %d kB", &kib); n == 1 {
			return kib, true
		}
	}
	return 0, false
}
