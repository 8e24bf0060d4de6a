package conformance

import (
	"fmt"
	"runtime"
	"syscall"
	"time"
)

// usage is how the machine was used for some time.
type usage struct {
	lag   time.Duration // how late a goroutine was, at the worst, that waits for nothing but its turn
	share float64       // of the processors that this process may use, how much it had
}

func (u usage) String() string {
	return fmt.Sprintf("a timer late by up to %v, %.0f %% of the processors used", u.lag, 100*u.share)
}

// withOthers says that it is other programs that make this one wait: it does not
// get its turn, although it uses less than half of the processors.
func (u usage) withOthers() bool { return u.lag > 100*time.Millisecond && u.share < 0.5 }

// watchMachine measures until the function that it returns is called.
func watchMachine() func() usage {
	const every = 5 * time.Millisecond
	begun, before := time.Now(), processorTime()
	stop, lags := make(chan struct{}), make(chan time.Duration)
	go func() {
		worst := time.Duration(0)
		for {
			due := time.Now().Add(every)
			select {
			case <-stop:
				lags <- worst
				return
			case <-time.After(every):
				worst = max(worst, time.Since(due))
			}
		}
	}()
	return func() usage {
		close(stop)
		lag := <-lags
		had := processorTime() - before
		could := time.Since(begun) * time.Duration(runtime.GOMAXPROCS(0))
		return usage{lag, float64(had) / float64(could)}
	}
}

// processorTime is what this process has had so far.
func processorTime() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u) // it fails for a wrong argument only
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
