package bench

import (
	"context"
	"time"
)

// A scenario is measured by itself, with a server that is fresh.
type scenario struct {
	name    string
	measure func(context.Context, *server, *Sizes) (measured, error)
}

// scenarios are in the order they run in.
var scenarios = []scenario{
	{"connect and idle", connectAndIdle},
	{"paced", paced},
	{"saturated", saturated},
}

// settle is how long a server is left alone with its connections before it is looked at
// what they took: time to put away what connecting has left behind, which it needs no
// more. That costs processor time, and gives memory back: both are counted, or neither.
const settle = time.Second

// connectAndIdle measures what connections cost that say nothing: to open them, and to
// have them. What a server took once and keeps would not be seen to grow: it is fresh.
func connectAndIdle(ctx context.Context, s *server, z *Sizes) (measured, error) {
	connections := z.idle(s.protocol)
	memory, cpu, began := s.usage.memory(), s.usage.cpu(), time.Now()
	all, err := gather(ctx, s, connections)
	if err != nil {
		return nil, err
	}
	defer all.close()
	took := time.Since(began)
	if err := sleep(ctx, settle); err != nil {
		return nil, err
	}
	n := float64(connections)
	m := make(measured)
	m.put(connectRate, exactly(n/took.Seconds()))
	m.put(connectCPU, s.usage.cpu().minus(cpu).times(1e3/n))
	m.put(idleMemory, s.usage.memory().minus(memory).times(1/n))
	return m, all.ask(ctx)
}

// paced measures how fast a message is with everybody when the server is not at its
// limit, and what it costs.
func paced(ctx context.Context, s *server, z *Sizes) (measured, error) {
	t, err := newTalk(ctx, s, z.PacedReceivers, z.Senders, z.MessageBytes)
	if err != nil {
		return nil, err
	}
	o, err := t.hold(ctx, z.duration(), t.atRate(float64(z.Rate)))
	if err != nil {
		return nil, err
	}
	return o.paced(), nil
}

// saturated measures how much a server delivers at its limit.
func saturated(ctx context.Context, s *server, z *Sizes) (measured, error) {
	t, err := newTalk(ctx, s, z.SaturatedReceivers, z.Senders, z.MessageBytes)
	if err != nil {
		return nil, err
	}
	o, err := t.hold(ctx, z.duration(), t.asFast(z.Window))
	if err != nil {
		return nil, err
	}
	return o.saturated(), nil
}

// paced is the outcome of a talk that was paced, in figures.
func (o *outcome) paced() measured {
	m := make(measured)
	m.put(pacedCPU, o.cpuPerDelivery())
	m.put(pacedP50, milliseconds(o.latency.quantile(.5)))
	m.put(pacedP99, milliseconds(o.latency.quantile(.99)))
	m.put(pacedLongest, milliseconds(o.latency.most))
	m.putFaults(o, pacedLost, pacedRepeated, pacedDisorder, pacedHeld)
	return m
}

// saturated is the outcome of a talk as fast as it went, in figures.
func (o *outcome) saturated() measured {
	m := make(measured)
	m.put(saturatedRate, exactly(float64(o.delivered)/o.took.Seconds()))
	m.put(saturatedCPU, o.cpuPerDelivery())
	m.putFaults(o, saturatedLost, saturatedRepeated, saturatedDisorder, saturatedHeld)
	return m
}

// cpuPerDelivery is in microseconds.
func (o *outcome) cpuPerDelivery() amount { return o.cpu.times(1e6 / float64(max(o.delivered, 1))) }

func (m measured) putFaults(o *outcome, lost, repeated, disorder, held figure) {
	m.put(lost, exactly(float64(o.lost)))
	m.put(repeated, exactly(float64(o.repeated)))
	m.put(disorder, exactly(float64(o.disorder)))
	m.put(held, exactly(float64(o.held)))
}

func milliseconds(d time.Duration) amount { return exactly(float64(d) / float64(time.Millisecond)) }

// sleep waits for d, or until ctx is done, and says why it is.
func sleep(ctx context.Context, d time.Duration) error {
	if d > 0 {
		select {
		case <-time.After(d):
		case <-ctx.Done():
		}
	}
	return context.Cause(ctx)
}
