package bench

import "testing"

func TestLane(t *testing.T) {
	for _, tt := range []struct {
		name                    string
		came                    []uint64
		sent                    uint64
		missing, repeated, late uint64
	}{
		{"all", []uint64{1, 2, 3}, 3, 0, 0, 0},
		{"nothing", nil, 3, 3, 0, 0},
		{"the last is missing", []uint64{1, 2}, 3, 1, 0, 0},
		{"the first is missing", []uint64{2, 3}, 3, 1, 0, 0},
		{"some in the middle", []uint64{1, 5}, 5, 3, 0, 0},
		{"repeated at once", []uint64{1, 1, 2}, 2, 0, 1, 0},
		{"repeated later", []uint64{1, 2, 3, 1}, 3, 0, 1, 0},
		{"two changed places", []uint64{2, 1, 3}, 3, 0, 0, 1},
		{"late out of a wide gap", []uint64{1, 9, 5, 2, 8}, 9, 4, 0, 3},
		{"late and again", []uint64{1, 4, 2, 2, 3, 3}, 4, 0, 2, 2},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var l lane
			for _, n := range tt.came {
				l.note(n)
			}
			if got := l.missing(tt.sent); got != tt.missing || l.repeated != tt.repeated || l.late != tt.late {
				t.Errorf("missing %d, repeated %d, late %d, want %d, %d, %d", got, l.repeated, l.late, tt.missing, tt.repeated, tt.late)
			}
		})
	}
}

// A lane knows the same as a list of every message.
func FuzzLane(f *testing.F) {
	f.Add([]byte{1, 2, 3}, byte(3))
	f.Add([]byte{9, 5, 5, 1, 8, 200}, byte(200))
	f.Fuzz(func(t *testing.T, came []byte, more byte) {
		var l lane
		var highest, repeated, late uint64
		had := make(map[uint64]bool)
		for _, c := range came {
			n := uint64(c) + 1 // numbers begin with 1
			switch {
			case had[n]:
				repeated++
			case n < highest:
				late++
			}
			if first := l.note(n); first == had[n] {
				t.Fatalf("%d came for the first time: %v", n, first)
			}
			had[n] = true
			highest = max(highest, n)
		}
		sent := highest + uint64(more)
		if want := sent - uint64(len(had)); l.missing(sent) != want || l.repeated != repeated || l.late != late || l.last != highest {
			t.Errorf("%v: missing %d, repeated %d, late %d, last %d, want %d, %d, %d, %d",
				came, l.missing(sent), l.repeated, l.late, l.last, want, repeated, late, highest)
		}
	})
}
