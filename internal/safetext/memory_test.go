package safetext_test

import (
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"
	"time"

	"parley/internal/safetext"
)

// What is kept of a long line does not hold the line.
func TestThreat30_StringsHoldOnlyTheirOwnBytes(t *testing.T) {
	must := func(f func(string) (string, error)) func(string) string {
		return func(s string) string {
			s, err := f(s)
			if err != nil {
				panic(err)
			}
			return s
		}
	}
	part := func(f func(string) string) func(string) string { // of a longer line
		return func(line string) string { return f(line[:8]) }
	}
	hidden := "alice" + strings.Repeat("\u200b", 20_000)
	for name, c := range map[string]struct {
		f    func(string) string
		line string
	}{
		"Text of what is not seen":     {safetext.Text, hidden},
		"Text of bytes not UTF-8":      {safetext.Text, "alice" + strings.Repeat("\xff", 60_000)},
		"Text of marks":                {safetext.Text, "alice" + strings.Repeat("\u0301", 30_000)},
		"Text of joiners":              {safetext.Text, "علی" + strings.Repeat("\u200c", 20_000)},
		"Text of tags":                 {safetext.Text, "🏴" + strings.Repeat("\U000E0067", 15_000)},
		"Typed of what is not seen":    {safetext.Typed, hidden},
		"Label of ASCII":               {label, strings.Repeat("alice ", 10_000)},
		"Label of Cyrillic":            {label, strings.Repeat("Владимир", 4_000)},
		"Label of spaces":              {label, "alice" + strings.Repeat(" ", 60_000)},
		"Label of spaces before":       {label, strings.Repeat(" ", 60_000) + "alice"},
		"Label of what is not seen":    {label, hidden},
		"Nick of the start of a line":  {part(must(safetext.Nick)), strings.Repeat("alicebob", 8_000)},
		"Nick of Cyrillic":             {part(must(safetext.Nick)), strings.Repeat("Влад", 8_000)},
		"Room of the start of a line":  {part(must(safetext.Room)), strings.Repeat("dev-ops.", 8_000)},
		"NickFrom a long user name":    {safetext.NickFrom, strings.Repeat("alice", 12_000)},
		"NickFrom what may not be":     {safetext.NickFrom, "alice" + strings.Repeat("!", 60_000)},
		"NickFrom Cyrillic":            {safetext.NickFrom, strings.Repeat("Владимир", 4_000)},
		"Key of what is not seen":      {safetext.Key, "Жanna" + strings.Repeat("\u200b", 120)},
		"Drawn of what is not seen":    {safetext.Drawn, "Жanna" + strings.Repeat("\u200b", 120)},
		"Fold of letters that shorten": {safetext.Fold, "Жanna" + strings.Repeat("\u212a", 100)},
	} {
		t.Run(name, func(t *testing.T) {
			const n = 40
			kept := make([]string, n)
			before := heap()
			for i := range kept {
				kept[i] = c.f(strings.Clone(c.line))
			}
			bytes := 0
			for _, s := range kept {
				bytes += len(s)
			}
			if held := int(heap() - before); held > 2*bytes+64*n {
				t.Errorf("%d strings of %d bytes hold %d", n, bytes, held)
			}
			runtime.KeepAlive(kept)
		})
	}
}

func label(s string) string { return safetext.Label(s, 20) }

func heap() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// A label of a long text costs what the label takes.
func TestThreat30_LabelOfALongText(t *testing.T) {
	text := strings.Repeat("Владимир \x00", 100_000)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	sink = safetext.Label(text, 20)
	runtime.ReadMemStats(&after)
	if n := after.TotalAlloc - before.TotalAlloc; n > 64<<10 {
		t.Errorf("Label of %d bytes allocates %d", len(text), n)
	}
}

func TestLabelIsThatOfAllOfIt(t *testing.T) {
	pieces := []string{" ", "\u200b", "a", "Ж", "\u0301", "\u0323", "👨", "\u200d", "🇩", "ᄀ", "\u1161", "\xff", "\xd0", "\u0d4e", "\u20e3", "\ufe0f", "🏽", "1", "ب", "\u200c", "ශ", "්", "🏴", tagged("gbeng"), "\U000E0067"}
	rng := rand.New(rand.NewPCG(30, 7))
	for range 200 {
		var in strings.Builder
		for in.Len() < 4_000 {
			piece := pieces[rng.IntN(len(pieces))]
			in.WriteString(strings.Repeat(piece, 1+rng.IntN(1<<rng.IntN(9))))
		}
		checkLabel(t, in.String())
	}
}

// The names of a line are found for what the line costs to send: row 30.
func TestThreat30_KeysOfALineAreCheap(t *testing.T) {
	for name, line := range keyLines {
		all := strings.Fields(line)
		best := time.Hour
		for range 50 {
			began := time.Now()
			for _, word := range all {
				sink = safetext.Key(word)
			}
			best = min(best, time.Since(began))
		}
		t.Logf("%-14s %4d words %8v", name, len(all), best)
		if best > keyBudget {
			t.Errorf("%s: the keys of %d words take %v", name, len(all), best)
		}
	}
}
