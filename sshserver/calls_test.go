package sshserver

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"parley/chatcore"
	"parley/internal/input"
)

// Row 42: however many sessions mention a person, their terminal rings at most once in 2 s
// while they type, and once in 30 s when they have typed nothing for three calls.
func TestThreat42_BellsAreRare(t *testing.T) {
	for _, tt := range []struct {
		name  string
		types func(second int) bool
		want  int // calls in 2 minutes
	}{
		{"who is away", func(int) bool { return false }, 3 + 3}, // at 0, 2, 4; 34, 64, 94
		{"who types", func(int) bool { return true }, 60},
		{"who comes back", func(second int) bool { return second == 60 }, 3 + 1 + 3 + 1}, // 60, 62, 64; 94
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newServer(t, nil)
				ann := s.terminal(t, "ann", nil)
				ann.shows("ann>")
				var others []*chatcore.Session
				for n := range 32 {
					others = append(others, sit(t, s, fmt.Sprintf("eve%d", n)))
				}
				before := ann.output()
				for second := range 120 {
					if tt.types(second) {
						ann.press("\x05")
					}
					synctest.Wait()
					for _, o := range others {
						if err := input.Do(o, "#ann psst"); err != nil {
							t.Fatal(err)
						}
					}
					time.Sleep(time.Second)
				}
				out := ann.since(before)
				if n := len(calls(out)); n != tt.want {
					t.Errorf("called %d times, want %d", n, tt.want)
				}
				if n := strings.Count(out, "\a"); n != 2*tt.want { // the bell, and the end of a notification
					t.Errorf("BEL came %d times, want %d", n, 2*tt.want)
				}
			})
		})
	}
}
