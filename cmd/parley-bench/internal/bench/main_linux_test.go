package bench

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"strconv"
	"syscall"
	"testing"
)

// TestMain has these tests, which load the machine, give way to those of other packages,
// which judge times and run at the same time.
func TestMain(m *testing.M) {
	if os.Getenv(asHungry) != "" {
		if err := serveHungry(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	if err := giveWay(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// giveWay lowers the priority of each thread there is; those to come are made by these.
func giveWay() error {
	const nice = 5 // a third of the time of others
	threads, err := os.ReadDir("/proc/self/task")
	for _, thread := range threads {
		id, _ := strconv.Atoi(thread.Name())
		err := syscall.Setpriority(syscall.PRIO_PROCESS, id, nice)
		if err != nil && !errors.Is(err, syscall.EACCES) { // it is lower already
			return fmt.Errorf("cannot lower the priority of a thread: %w", err)
		}
	}
	return err
}

// The hungry server is this program in a process of its own, when its environment has
// asHungry. It takes much memory to begin with, as much again for its guests together,
// and when the last of them has come, processor time until it ends.
const (
	asHungry     = "BENCH_TEST_HUNGRY"
	hungryGuests = 50
	hungryKiB    = 512 // for each
)

func serveHungry() error {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		_, _ = os.Stdin.Read(make([]byte, 1)) // its end
		cancel()
	}()
	if err := eat(hungryGuests * hungryKiB); err != nil {
		return err
	}
	lets := func(nth int) bool {
		if nth == hungryGuests {
			go func() {
				for ctx.Err() == nil {
				}
			}()
		}
		return eat(hungryKiB) == nil
	}
	fmt.Fprintf(os.Stderr, "listening for=tcp address=%s\n", ln.Addr())
	return ServePlainTCP(ctx, &door{Listener: ln, lets: lets})
}

// eat takes memory, not from Go's heap, which takes more under the race detector.
func eat(kib int) error {
	_, err := syscall.Mmap(-1, 0, kib<<10, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE|syscall.MAP_POPULATE)
	return err
}
