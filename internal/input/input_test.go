package input_test

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/time/rate"

	"parley/chatcore"
	"parley/internal/input"
	"parley/internal/proto"
)

// recorder is a handler that writes down what it is asked, and when.
type recorder struct {
	lines    []string
	at       []time.Time
	together []int // how many lines were carried out together, each time
	more     int   // as how many more these count
}

func (r *recorder) Lines(lines [][]byte) int {
	r.together = append(r.together, len(lines))
	for _, line := range lines {
		r.note(string(line))
	}
	return r.more
}

func (r *recorder) TooLong() { r.note("(too long)") }

func (r *recorder) note(line string) {
	r.lines = append(r.lines, line)
	r.at = append(r.at, time.Now())
}

// gate lets everybody pass at once, and adds up what is published.
type gate struct{ published []int }

func (g *gate) Acquire(n int, _ <-chan struct{}) bool {
	g.published = append(g.published, n)
	return true
}

func (g *gate) Release(n int) {
	if last := g.published[len(g.published)-1]; n != last {
		panic("what is published is not what was let through")
	}
}

// paste is n lines, and those lines one by one.
func paste(n int) (data []byte, lines []string) {
	for i := range n {
		lines = append(lines, fmt.Sprintf("line %d of what was pasted", i))
	}
	return []byte(strings.Join(lines, "\r\n") + "\r\n"), lines
}

// feed feeds data in pieces.
func feed(t *testing.T, in *input.Lines, data []byte, piece int) {
	t.Helper()
	for part := range slices.Chunk(data, piece) {
		if err := in.Feed(part); err != nil {
			t.Fatalf("Feed: %v", err)
		}
	}
}

var standard = input.Limits{MaxLine: 4096, Rate: 5, Burst: 10}

func TestWhatIsPastedArrivesWholeAndInOrderOnlyLater(t *testing.T) {
	for _, piece := range []int{1, 2872, 12160, 1 << 20} {
		t.Run(fmt.Sprintf("in pieces of %d", piece), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				data, want := paste(2000)
				var r recorder
				begun := time.Now()
				feed(t, input.New(standard, &r, &gate{}, nil), data, piece)
				if !slices.Equal(r.lines, want) {
					t.Fatalf("%d lines arrived, not the %d pasted or not in order", len(r.lines), len(want))
				}
				for i, at := range r.at { // 10 at once, then one each 200 ms
					due := time.Duration(max(0, i-9)) * time.Second / 5
					if off := at.Sub(begun) - due; off.Abs() > time.Millisecond {
						t.Fatalf("line %d came after %s, want %s", i, at.Sub(begun), due)
					}
				}
				if took := time.Since(begun).Round(time.Second); took != 398*time.Second {
					t.Errorf("it took %s, want 398s", took)
				}
			})
		})
	}
}

func TestABurstIsFreeAgainAfterAPause(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var r recorder
		in := input.New(standard, &r, &gate{}, nil)
		data, _ := paste(10)
		for range 3 {
			begun := time.Now()
			feed(t, in, data, len(data))
			if took := time.Since(begun); took != 0 {
				t.Errorf("10 lines took %s", took)
			}
			time.Sleep(2 * time.Second)
		}
	})
}

func TestWithoutARateNothingWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		data, want := paste(2000)
		var r recorder
		begun := time.Now()
		feed(t, input.New(input.Limits{}, &r, &gate{}, nil), data, 4096)
		if !slices.Equal(r.lines, want) || time.Since(begun) != 0 {
			t.Errorf("%d lines of %d after %s", len(r.lines), len(want), time.Since(begun))
		}
	})
}

func TestTheEndOfTheSessionEndsAWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		data, want := paste(20)
		done := make(chan struct{})
		time.AfterFunc(300*time.Millisecond, func() { close(done) })
		var r recorder
		in := input.New(standard, &r, &gate{}, done)
		begun := time.Now()
		if err := in.Feed(data); !errors.Is(err, input.ErrDone) {
			t.Errorf("Feed: %v", err)
		}
		if took := time.Since(begun); took != 300*time.Millisecond {
			t.Errorf("Feed ended after %s, the session after 300ms", took)
		}
		if !slices.Equal(r.lines, want[:11]) {
			t.Errorf("carried out %d lines, want 11", len(r.lines))
		}
		time.Sleep(time.Minute)
		for _, more := range []string{"more\n", strings.Repeat("x", 5000) + "\n"} {
			if err := in.Feed([]byte(more)); !errors.Is(err, input.ErrDone) || len(r.lines) != 11 {
				t.Errorf("after the end: %v, %d lines", err, len(r.lines))
			}
		}
	})
}

func TestFeed(t *testing.T) {
	long := strings.Repeat("x", 11)
	for _, tt := range []struct {
		name, in  string
		want      []string
		published []int // with what is around a text, 64 bytes
	}{
		{"lines", "one\ntwo\r\n", []string{"one", "two"}, []int{73, 73}},
		{"an empty line does nothing", "\n\r\n\none\n\n", []string{"one"}, []int{73}},
		{"what has no newline is no line", "one\ntw", []string{"one"}, []int{73}},
		{"a line as long as the limit", long[:10] + "\n", []string{long[:10]}, []int{94}},
		{"a line that is too long is told once", "one\n" + strings.Repeat(long, 100) + "\ntwo\n", []string{"one", "(too long)", "two"}, []int{73, 64, 73}},
		{"spaces are a line", "  \n", []string{"  "}, []int{70}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for piece := 1; piece <= len(tt.in); piece++ {
				var r recorder
				var g gate
				feed(t, input.New(input.Limits{MaxLine: 10, Rate: 1, Burst: 10}, &r, &g, nil), []byte(tt.in), piece)
				if !slices.Equal(r.lines, tt.want) || !slices.Equal(g.published, tt.published) {
					t.Errorf("in pieces of %d: %q, published %d, want %q, %d", piece, r.lines, g.published, tt.want, tt.published)
				}
				var all recorder
				var once gate
				feed(t, input.New(input.Limits{MaxLine: 10}, &all, &once, nil), []byte(tt.in), piece)
				if !slices.Equal(all.lines, tt.want) || sum(once.published) != sum(tt.published) {
					t.Errorf("in pieces of %d, without a rate: %q, published %d, want %q, %d in all", piece, all.lines, once.published, tt.want, sum(tt.published))
				}
			}
		})
	}
}

func TestEmptyLinesCostNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var r recorder
		in := input.New(standard, &r, &gate{}, nil)
		data, want := paste(10)
		begun := time.Now()
		feed(t, in, bytes.Repeat([]byte("\r\n"), 10_000), 4096)
		feed(t, in, data, 4096)
		if !slices.Equal(r.lines, want) || time.Since(begun) != 0 {
			t.Errorf("%d lines after %s, want 10 at once", len(r.lines), time.Since(begun))
		}
	})
}

func TestALineThatIsTooLongCostsALine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var r recorder
		begun := time.Now()
		feed(t, input.New(standard, &r, &gate{}, nil), bytes.Repeat(append(bytes.Repeat([]byte("x"), 5000), '\n'), 15), 4096)
		if took := time.Since(begun).Round(time.Millisecond); took != time.Second || len(r.lines) != 15 {
			t.Errorf("15 lines that are too long took %s and told %d times, want 1s and 15", took, len(r.lines))
		}
	})
}

func TestInputWithoutANewlineIsEndless(t *testing.T) {
	for _, tt := range []struct {
		name string
		max  int
		want []string
	}{
		{"with a limit", 4096, []string{"one", "(too long)"}},
		{"without a limit", 0, []string{"one", "(too long)"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var r recorder
			in := input.New(input.Limits{MaxLine: tt.max}, &r, &gate{}, nil)
			feed(t, in, []byte("one\n"), 4)
			feed(t, in, bytes.Repeat([]byte("x"), proto.MaxRun), 4096)
			for range 2 {
				if err := in.Feed([]byte("xx\nmore\n")); !errors.Is(err, input.ErrEndless) {
					t.Errorf("Feed: %v", err)
				}
			}
			if !slices.Equal(r.lines, tt.want) {
				t.Errorf("told %q, want %q", r.lines, tt.want)
			}
		})
	}
}

// held is a gate that holds everybody back for a second.
type held struct{}

func (held) Acquire(int, <-chan struct{}) bool { time.Sleep(time.Second); return true }
func (held) Release(int)                       {}

func TestLinesWaitForTheGate(t *testing.T) {
	for rate, want := range map[rate.Limit]time.Duration{
		0: 3 * time.Second, // one and two go together
		1: 4 * time.Second,
	} {
		synctest.Test(t, func(t *testing.T) {
			var r recorder
			begun := time.Now()
			feed(t, input.New(input.Limits{MaxLine: 10, Rate: rate, Burst: 10}, &r, held{}, nil), []byte("one\ntwo\n\nmuch too long\nthree\n"), 100)
			if took := time.Since(begun); took != want {
				t.Errorf("4 lines took %s at a rate of %v, want %s", took, rate, want)
			}
			if want := []string{"one", "two", "(too long)", "three"}; !slices.Equal(r.lines, want) {
				t.Errorf("told %q, want %q", r.lines, want)
			}
		})
	}
}

func TestLinesThatCameTogetherAreCarriedOutTogether(t *testing.T) {
	for _, tt := range []struct {
		rate rate.Limit
		want []int
	}{{0, []int{20}}, {1, slices.Repeat([]int{1}, 10)}} {
		synctest.Test(t, func(t *testing.T) {
			data, _ := paste(20)
			if tt.rate > 0 {
				data, _ = paste(10)
			}
			var r recorder
			feed(t, input.New(input.Limits{Rate: tt.rate, Burst: 10}, &r, &gate{}, nil), data, len(data))
			if !slices.Equal(r.together, tt.want) {
				t.Errorf("at a rate of %v: %d lines together, want %d", tt.rate, r.together, tt.want)
			}
		})
	}
}

func sum(all []int) (n int) {
	for _, one := range all {
		n += one
	}
	return n
}

// quiet is a front end that needs not be told.
type quiet struct{}

func (quiet) Ready()                {}
func (quiet) Ended(chatcore.Reason) {}

func TestTalkCarriesLinesOutAndTellsWhatFails(t *testing.T) {
	s, err := chatcore.New(chatcore.Options{}).Join(chatcore.JoinRequest{
		Nick: "ann", Format: chatcore.Lines{}, NewReceiver: func(*chatcore.Session) chatcore.Receiver { return quiet{} },
	})
	if err != nil {
		t.Fatal(err)
	}
	l := input.Limits{MaxLine: 100}
	feed(t, input.New(l, l.Talk(s), &gate{}, s.Done()), []byte("!users\nhello\n#bob hi\n"+strings.Repeat("x", 101)+"\n!leave\n"), 4096)
	got, _ := s.Take(nil, 4096)
	want := "ann\r\n!error no such user: bob\r\n!error line too long: 100 bytes at most\r\n!error usage: !leave room\r\n"
	if string(got) != want {
		t.Errorf("told\n%s, want\n%s", got, want)
	}
}

// Empty lines are free, but not a flood of them: 64 KiB of them cost a line.
func TestAFloodOfEmptyLinesCosts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var r recorder
		in := input.New(standard, &r, &gate{}, nil)
		begun := time.Now()
		feed(t, in, bytes.Repeat([]byte("\n"), 1<<20), 4096)
		if took := time.Since(begun); took < time.Second || took > 2*time.Second || len(r.lines) != 0 {
			t.Errorf("1 MiB of empty lines took %s, and told %q", took, r.lines)
		}
	})
}

// Erasing is free for people: a flood of it costs, as it is work.
func TestAFloodOfWhatIsErasedCosts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var r recorder
		in := input.New(standard, &r, &gate{}, nil)
		begun := time.Now()
		feed(t, in, []byte(strings.Repeat("helk\blo", 10)+"\n"), 1)
		if took := time.Since(begun); took != 0 {
			t.Errorf("ten characters that are erased took %s", took)
		}
		feed(t, in, bytes.Repeat([]byte("a\b"), 64<<10), 4096)
		if took := time.Since(begun); took < 4*time.Second || len(r.lines) != 1 {
			t.Errorf("64 Ki characters that are erased took %s, and told %q", took, r.lines)
		}
	})
}

func TestALineMayCountAsMore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		data, _ := paste(20)
		r := recorder{more: 4}
		begun := time.Now()
		feed(t, input.New(standard, &r, &gate{}, nil), data, len(data))
		for i, at := range r.at { // 10 lines at once are two of these, then one a second
			due := time.Duration(max(0, (5*i-9)*200)) * time.Millisecond
			if off := at.Sub(begun) - due; off.Abs() > time.Millisecond {
				t.Errorf("line %d came after %s, want %s", i, at.Sub(begun), due)
			}
		}
	})
}
