package bench

import (
	"encoding/binary"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// checkQuantiles compares a histogram of times with the times themselves.
func checkQuantiles(t *testing.T, times []time.Duration) {
	t.Helper()
	var whole, first, second histogram
	for i, d := range times {
		whole.add(d)
		if i%2 == 0 {
			first.add(d)
		} else {
			second.add(d)
		}
	}
	first.merge(&second)
	if first != whole {
		t.Error("two halves that are merged are not the whole")
	}
	for i := range times {
		times[i] = min(max(times[i], 0), longestCounted)
	}
	slices.Sort(times)
	for _, q := range []float64{0, .01, .5, .9, .99, 1} {
		want := times[min(int(q*float64(len(times))), len(times)-1)]
		got := whole.quantile(q)
		if off := (got - want).Abs(); off > want/64 {
			t.Errorf("quantile %v of %d times is %d, want %d: %d off", q, len(times), got, want, off)
		}
	}
	if want := times[len(times)-1]; whole.most != want {
		t.Errorf("the most is %d, want %d", whole.most, want)
	}
}

func TestHistogram(t *testing.T) {
	if got := new(histogram).quantile(.5); got != 0 {
		t.Errorf("quantile of nothing: %v", got)
	}
	for _, times := range [][]time.Duration{
		{0},
		{-time.Second},
		{time.Hour},
		{31, 32, 33, 63, 64, 65},
		{time.Millisecond, 2 * time.Millisecond},
		{longestCounted, longestCounted - 1},
	} {
		checkQuantiles(t, times)
	}
	for seed := range uint64(50) {
		r := rand.New(rand.NewPCG(seed, 0))
		times := make([]time.Duration, 1+r.IntN(3000))
		for i := range times {
			times[i] = time.Duration(r.Uint64() >> (20 + r.IntN(44))) // of every size
		}
		checkQuantiles(t, times)
	}
}

func FuzzHistogram(f *testing.F) {
	f.Add([]byte("some times of 8 bytes each, as many as there are"))
	f.Fuzz(func(t *testing.T, b []byte) {
		var times []time.Duration
		for ; len(b) >= 8; b = b[8:] {
			times = append(times, time.Duration(binary.BigEndian.Uint64(b)))
		}
		if len(times) > 0 {
			checkQuantiles(t, times)
		}
	})
}
