package render

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"testing"

	"parley/chatcore"
)

// rgb is a colour of the 256 that terminals share: 16 of the terminal's own, a cube
// of six by six by six, and greys.
func rgb(t *testing.T, n int) [3]float64 {
	t.Helper()
	if n < 16 || n > 231 {
		t.Fatalf("%d is not in the cube", n)
	}
	n -= 16
	level := func(i int) float64 { return []float64{0, 95, 135, 175, 215, 255}[i] }
	return [3]float64{level(n / 36), level(n / 6 % 6), level(n % 6)}
}

// luminance is the relative luminance of WCAG 2.
func luminance(rgb [3]float64) float64 {
	sum := 0.0
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
		c := rgb[i] / 255
		if c <= 0.04045 {
			c /= 12.92
		} else {
			c = math.Pow((c+0.055)/1.055, 2.4)
		}
		sum += weight * c
	}
	return sum
}

func TestEveryColourIsReadOnBlackAndOnWhite(t *testing.T) {
	seen := map[uint8]bool{}
	for _, n := range palette {
		c := rgb(t, int(n))
		l := luminance(c)
		onWhite, onBlack := 1.05/(l+0.05), (l+0.05)/0.05
		if min(onWhite, onBlack) < 3.9 {
			t.Errorf("colour %d: contrast %.2f on white, %.2f on black", n, onWhite, onBlack)
		}
		if c[0] == c[1] && c[1] == c[2] {
			t.Errorf("colour %d is grey", n)
		}
		if seen[n] {
			t.Errorf("colour %d is there twice", n)
		}
		seen[n] = true
	}
}

func TestColourStays(t *testing.T) {
	var guest chatcore.Principal
	for _, tt := range []struct {
		name       string
		nick       string
		identity   chatcore.Principal
		as         string
		asIdentity chatcore.Principal
		same       bool
	}{
		{"with the identity, whatever the nick", "ann", annKey, "zoe", annKey, true},
		{"with the nick of a guest in any case", "eve", guest, "EVE", guest, true},
		{"with a look-alike of it", "eve", guest, "еvе", guest, true}, // two Cyrillic е
		{"but not from one identity to the next", "ann", annKey, "ann", bobKey, false},
		{"nor with a verified person's nick", "ann", annKey, "ann", guest, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a, b := Colour(tt.nick, tt.identity), Colour(tt.as, tt.asIdentity)
			if (a == b) != tt.same {
				t.Errorf("%s and %s", a, b)
			}
		})
	}
	// What people know each other by is not to change with a release.
	if got := Colour("ann", chatcore.Principal{Key: "SHA256:uNiVztksCsDhcc0u9e8BgrJXVGDZF3Vk6tJ1wQ1OBZ4"}); got != "38;5;29" {
		t.Errorf("a colour that was another before: %s", got)
	}
}

func TestColoursSpread(t *testing.T) {
	for name, colour := range map[string]func(i int) string{
		"identities": func(i int) string { return Colour("ann", chatcore.Principal{Key: fmt.Sprintf("SHA256:%d", i)}) },
		"guests":     func(i int) string { return Colour(fmt.Sprintf("guest%d", i), chatcore.Principal{}) },
	} {
		t.Run(name, func(t *testing.T) {
			const people = 1000
			count := map[int]int{}
			for i := range people {
				n, err := strconv.Atoi(strings.TrimPrefix(colour(i), "38;5;"))
				if err != nil {
					t.Fatal(err)
				}
				count[n]++
			}
			if len(count) < 12 {
				t.Errorf("%d of %d colours are used", len(count), len(palette))
			}
			for n, times := range count {
				if times > people/4 {
					t.Errorf("%d of %d people have the colour %d", times, people, n)
				}
			}
		})
	}
}

func TestWithoutColourTheRestIsDrawn(t *testing.T) {
	for sgr, want := range map[string]string{"": "", Faint: Faint, Bold: Bold, loud: loud, red: Bold, "38;5;131": "", "38;5;131;7": "7", "38;5;131;1;7": "1;7"} {
		if got := (Style{Emphasis: true}).Drawn(sgr); got != want {
			t.Errorf("without colour, %q is drawn %q, want %q", sgr, got, want)
		}
		for _, s := range []Style{{Colour: true}, {Colour: true, Emphasis: true}} {
			if got := s.Drawn(sgr); got != sgr {
				t.Errorf("in colour, %q is drawn %q", sgr, got)
			}
		}
		if got := (Style{}).Drawn(sgr); got != "" {
			t.Errorf("plain, %q is drawn %q", sgr, got)
		}
	}
}
