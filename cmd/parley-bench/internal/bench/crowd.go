package bench

import (
	"context"
	"fmt"
	"sync"
)

// A server is one that runs, with what measuring it needs.
type server struct {
	protocol Protocol
	addr     string
	usage    usage
	run      string // in the nicks and messages of this measurement: 4 hexadecimal digits
}

// atOnce is how many connections are opened at the same time.
const atOnce = 16

// A crowd is the clients of one measurement.
type crowd []*client

// gather connects n clients to a server; it is all of them or an error.
func gather(ctx context.Context, s *server, n int) (crowd, error) {
	all := make(crowd, n)
	err := all.each(ctx, func(ctx context.Context, i int) error {
		c, err := connect(ctx, s.protocol, s.addr, fmt.Sprintf("b%s%06d", s.run, i))
		if err != nil {
			return fmt.Errorf("connection %d of %d to %s: %w", i+1, n, s.addr, err)
		}
		all[i] = c
		return nil
	})
	if err != nil {
		all.close()
		return nil, err
	}
	return all, nil
}

// each does something for each place in the crowd, some at a time, until one fails
// or ctx is done, and returns why it ended early.
func (c crowd) each(ctx context.Context, do func(ctx context.Context, place int) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	places := make(chan int)
	var wg sync.WaitGroup
	for range min(atOnce, len(c)) {
		wg.Go(func() {
			for i := range places {
				if err := do(ctx, i); err != nil {
					cancel(err) // the first counts
				}
			}
		})
	}
	for i := range c {
		select {
		case places <- i:
		case <-ctx.Done():
		}
	}
	close(places)
	wg.Wait()
	return context.Cause(ctx)
}

// ask makes sure that everybody is still online.
func (c crowd) ask(ctx context.Context) error {
	defer context.AfterFunc(ctx, c.close)()
	return c.each(ctx, func(_ context.Context, i int) error {
		if err := c[i].ask(1, connectTimeout); err != nil {
			return fmt.Errorf("connection %d of %d did not last: %w", i+1, len(c), err)
		}
		return nil
	})
}

// close ends those connections that there are.
func (c crowd) close() {
	for _, one := range c {
		if one != nil {
			one.close()
		}
	}
}
