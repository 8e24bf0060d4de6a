package terminal

import (
	"strings"
	"testing"
	"testing/synctest"

	"parley/chatcore"
	"parley/internal/input"
)

// Messages that are shown together ring once.
func TestThreat42_OneRedrawRingsOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		st := newStage(t)
		defer st.ends()
		i, eve := st.unwatched("ann"), joined(t, st.core, "eve", chatcore.Raw)
		for range 50 {
			if err := input.Do(eve, "#ann psst"); err != nil {
				t.Fatal(err)
			}
		}
		for _, want := range []int{1, 0} {
			out, _ := i.Take(nil, 32<<10)
			if n := strings.Count(string(out), "\a"); n != 2*want {
				t.Errorf("%q: BEL came %d times, want %d", out, n, 2*want)
			}
			if err := input.Do(eve, "#ann psst"); err != nil {
				t.Fatal(err)
			}
		}
	})
}
