package bench

import (
	"testing"
	"time"
)

// Messages that all clients had are added up: those that none had are held back, those that some did not have are
// lost on these, and only what came was delivered.
func TestCount(t *testing.T) {
	t.Parallel()
	talk := &talk{senders: []*sender{{self: 0, number: 6}, {self: 1, number: 2}}}
	for self, came := range [][2][]uint64{ // of either sender
		{nil, {1, 2}},
		{{1, 2, 2, 3}, nil},    // one again, the end missing
		{{1, 4, 2}, {1, 2}},    // one missing, one late
		{{1, 2, 3, 4, 5}, {2}}, // one missing
	} {
		l := &listener{self: self, lanes: make([]lane, 2)}
		for who, numbers := range came {
			for _, n := range numbers {
				l.lanes[who].note(n)
			}
		}
		l.latency.add(time.Second)
		talk.listeners = append(talk.listeners, l)
	}
	var o outcome
	talk.count(&o)
	if o.delivered != 3+3+5+2+2+1 || o.lost != 2+2+1 || o.held != 1 || o.repeated != 1 || o.disorder != 1 {
		t.Errorf("delivered %d, lost %d, held back %d, repeated %d, out of order %d", o.delivered, o.lost, o.held, o.repeated, o.disorder)
	}
	if o.latency.n != 4 {
		t.Errorf("the latency of %d", o.latency.n)
	}
}

// An outcome becomes figures in their units.
func TestOutcomeFigures(t *testing.T) {
	t.Parallel()
	o := outcome{took: 2 * time.Second, cpu: exactly(.5), delivered: 1000, lost: 1, repeated: 2, disorder: 3, held: 4}
	for n := range 1000 {
		o.latency.add(time.Duration(n+1) * time.Millisecond)
	}
	check := func(got, want measured) {
		t.Helper()
		for f, v := range want {
			if off := got[f] - v; max(off, -off) > v/64 { // a histogram is that exact
				t.Errorf("%s is %v, want %v", f, got[f], v)
			}
		}
		if len(got) != len(want) {
			t.Errorf("%v, want %v", got, want)
		}
	}
	check(o.paced(), measured{
		pacedCPU: 500, pacedP50: 500, pacedP99: 990, pacedLongest: 1000,
		pacedLost: 1, pacedRepeated: 2, pacedDisorder: 3, pacedHeld: 4,
	})
	check(o.saturated(), measured{
		saturatedRate: 500, saturatedCPU: 500,
		saturatedLost: 1, saturatedRepeated: 2, saturatedDisorder: 3, saturatedHeld: 4,
	})
}

// What a server makes everybody wait is seen.
func TestLatency(t *testing.T) {
	t.Parallel()
	const wait = 30 * time.Millisecond
	s := &server{protocol: Raw, run: newRun(), addr: listen(t, faulty(func(nth int, line string) []string {
		if nth == 1 {
			time.Sleep(wait)
		}
		return []string{line}
	}))}
	talk, err := newTalk(t.Context(), s, 5, 1, 64)
	if err != nil {
		t.Fatal(err)
	}
	o, err := talk.hold(t.Context(), 200*time.Millisecond, talk.atRate(10))
	if err != nil {
		t.Fatal(err)
	}
	if least := o.latency.quantile(0); least < wait*63/64 || o.latency.most > 100*wait {
		t.Errorf("from %v to %v", least, o.latency.most)
	}
}
