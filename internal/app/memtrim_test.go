package app

import "testing"

func TestMemtrim_WhenQuietAgain(t *testing.T) {
	const mib = 1 << 20
	for _, tt := range []struct {
		name  string
		live  uint64   // bytes
		grown []uint64 // allocated between two looks, each
		want  int      // how often it trims
	}{
		{"nobody comes", mib, []uint64{0, 0, 0}, 0},
		{"a few come", mib, []uint64{3 * mib, 0, 0}, 0},
		{"a crowd comes", mib, []uint64{20 * mib, 30 * mib, 0, 0, 0}, 1},
		{"it goes on", mib, []uint64{20 * mib, 20 * mib, 20 * mib}, 0},
		{"two crowds come", mib, []uint64{20 * mib, 0, 0, 20 * mib, 0, 0}, 2},
		{"a crowd comes that is small beside those here", 100 * mib, []uint64{40 * mib, 0, 0}, 0},
		{"two small crowds come", 100 * mib, []uint64{40 * mib, 0, 0, 40 * mib, 0}, 1},
		{"some talk", mib, []uint64{quiet, quiet, quiet, quiet, quiet, quiet, quiet, quiet, quiet}, 1},
	} {
		trim, allocated, n := newMemtrim(), uint64(0), 0
		for _, g := range tt.grown {
			allocated += g
			if trim.due(allocated, tt.live) {
				n++
			}
		}
		if n != tt.want {
			t.Errorf("%s: it is time to trim %d times, want %d", tt.name, n, tt.want)
		}
	}
}
