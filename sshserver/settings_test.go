package sshserver

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"parley/chatcore"
	"parley/internal/render"
)

// termed begins a session on a terminal with the name term.
func (s *serverUnderTest) termed(t testing.TB, user, term string, env ...string) *tty {
	t.Helper()
	return openTerminal(t, login(t, s.inMemory(), clientConfig(user, newKey(t))), term, env...)
}

// came waits until exactly these bytes have come.
func (k *tty) came(want string) {
	k.t.Helper()
	k.until("bytes "+want, func([]string) bool { return strings.Contains(k.output(), want) })
}

var sgr = regexp.MustCompile(`\x1b\[[0-9;]*m`)

// printed waits until a text has come, in whatever style.
func (k *tty) printed(want string) {
	k.t.Helper()
	k.until("the text "+want, func([]string) bool { return strings.Contains(sgr.ReplaceAllString(k.output(), ""), want) })
}

// since returns the output that came after before.
func (k *tty) since(before string) string { return strings.TrimPrefix(k.output(), before) }

func TestTimesAreThoseOfTheEnvironment(t *testing.T) {
	for _, tt := range []struct {
		name, env, time string
		utc             bool
		unknown         string
	}{
		{"none", "LANG=C", "00:00", true, ""},
		{"Berlin", "TZ=Europe/Berlin", "01:00", false, ""},
		{"as POSIX writes it", "TZ=:Europe/Berlin", "01:00", false, ""},
		{"an offset", "TZ=+5:30", "05:30", false, ""},
		{"the day before", "TZ=America/New_York", "19:00", false, ""},
		{"no such zone", "TZ=Moon/Crisium", "00:00", true, "Moon/Crisium"},
		{"a file", "TZ=:/etc/passwd", "00:00", true, "/etc/passwd"},
		{"rules of POSIX", "TZ=CET-1CEST", "00:00", true, "CET-1CEST"},
		{"UTC", "TZ=UTC", "00:00", true, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { // it is the beginning of the year 2000
				s := newServer(t, nil)
				bob := s.plain(t, "bob", nil)
				ann := s.termed(t, "ann", "vt100", tt.env)
				greeting := "/help lists the commands, Tab completes, Ctrl-D leaves."
				if tt.utc {
					greeting += " Times: UTC (/set tz)."
				}
				lines := []string{greeting, "ann>"}
				if tt.unknown != "" {
					lines = slices.Insert(lines, 0, "Your ssh says that your time zone is "+tt.unknown+", which is not known here.")
				}
				ann.shows(append([]string{"2 online: ann and ~bob."}, lines...)...)
				bob.say(t, "hi")
				ann.shows("hh:mm ~bob: hi", "ann>")
				ann.printed(tt.time + " ~bob: hi")
			})
		})
	}
}

func TestSetListsAndExplains(t *testing.T) {
	s := newServer(t, nil)
	ann := s.terminal(t, "ann", nil)
	ann.enter("/set")
	ann.shows(
		"ann> /set",
		"tz       UTC            your time zone        Area/City, +5:30, UTC",
		"time     hm             the time of messages  off|hm|hms",
		"notify   mention        what rings the bell   off|private|mention|all",
		"notices  on             who comes and goes    off|on",
		"plain    off            for screen readers    off|on",
		"colour   on             colours               off|on",
		"/set NAME VALUE changes one.",
		"ann>",
	)
	for name, line := range map[string]string{
		"tz":      "tz       UTC            your time zone        Area/City, +5:30, UTC",
		"NOTIFY":  "notify   mention        what rings the bell   off|private|mention|all",
		"bell":    "notify   mention        what rings the bell   off|private|mention|all",
		"color":   "colour   on             colours               off|on",
		" plain ": "plain    off            for screen readers    off|on",
	} {
		ann.enter("/set " + name)
		ann.shows(line, "ann>")
	}
	ann.enter("/set time hms extra")
	ann.shows("ann> /set time hms extra", "! usage: /set [name [value]]", "ann>")
}

func TestSetChangesWhatFollows(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newServer(t, nil)
		bob := s.plain(t, "bob", nil)
		ann := s.termed(t, "ann", "xterm-256color", "NO_COLOR=1")
		ann.shows("ann>")
		for _, tt := range []struct{ set, says, row, bytes string }{
			{"tz Europe/Berlin", "tz is Europe/Berlin now.", "hh:mm ~bob: hi", "01:00 ~bob: hi"},
			{"tz +2", "tz is UTC+02:00 now.", "hh:mm ~bob: hi", "02:00 ~bob: hi"},
			{"TZ utc", "tz is UTC now.", "hh:mm ~bob: hi", "00:00 ~bob: hi"},
			{"time HMS", "time is hms now.", "hh:mm:00 ~bob: hi", "00:00:00 ~bob: hi"},
			{"time off", "time is off now.", "~bob: hi", "~bob: hi"},
			{"time hm", "time is hm now.", "hh:mm ~bob: hi", "00:00 ~bob: hi"},
			{"colour on", "colour is on now.", "hh:mm ~bob: hi", "\x1b[2m00:00 \x1b[m\x1b[" + render.Colour("bob", chatcore.Principal{}) + "m~bob\x1b[m: hi"},
			{"color off", "colour is off now.", "hh:mm ~bob: hi", "00:00 ~bob: hi"},
		} {
			ann.enter("/set " + tt.set)
			ann.has(tt.says)
			ann.enter("/clear")
			ann.until("nothing but the prompt", func(rows []string) bool { return slices.Equal(rows, []string{"ann>"}) })
			before := ann.output()
			bob.say(t, "hi")
			ann.shows(tt.row, "ann>")
			ann.until(tt.set+": bytes "+tt.bytes, func([]string) bool {
				after := ann.since(before)
				return strings.Contains(after, tt.bytes) || strings.Contains(sgr.ReplaceAllString(after, ""), tt.bytes)
			})
		}
	})
}

func TestColours(t *testing.T) {
	s := newServer(t, nil)
	bob := s.plain(t, "bob", nil)
	for _, tt := range []struct {
		name, term, env string
		colours, moves  bool
	}{
		{"a terminal of today has them", "xterm-256color", "LANG=C", true, true},
		{"with NO_COLOR it has not", "xterm-256color", "NO_COLOR=1", false, true},
		{"a vt100 has none, but bold and faint", "vt100", "LANG=C", false, true},
		{"a dumb terminal is sent text alone", "dumb", "LANG=C", false, false},
		{"so is one without a name", "", "LANG=C", false, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			ann := s.termed(t, "ann", tt.term, tt.env)
			ann.press("draft")
			ann.shows("ann> draft")
			bob.say(t, "hi there")
			ann.shows("hh:mm ~bob: hi there", "ann> draft")
			ann.enter("\x15/nonsense")
			ann.has("! unknown command: /nonsense (try /help)")
			out := ann.output()
			if got := strings.Contains(out, "\x1b[38;5;") && strings.Contains(out, "\x1b[31m"); got != tt.colours {
				t.Errorf("colours: %t in %q", got, out)
			}
			if other := regexp.MustCompile(`\x1b\[[0-9;]*[0-9]{2,}[0-9;]*m`).FindString(out); !tt.colours && other != "" {
				t.Errorf("a colour, %q, in %q", other, out)
			}
			if got := strings.Contains(out, "\x1b[2m"); got != tt.moves {
				t.Errorf("faint: %t in %q", got, out)
			}
			if got := strings.Contains(out, "\x1b"); got != tt.moves {
				t.Errorf("sequences: %t in %q", got, out)
			}
			ann.press("\x04")
			_ = ann.Wait()
			bob.waitFor(t, "bob")
		})
	}
}

// Plain can be switched on and off while a draft is typed, and the draft stays.
func TestPlainOnAndOff(t *testing.T) {
	s := newServer(t, nil)
	bob := s.plain(t, "bob", nil)
	ann := s.terminal(t, "ann", newKey(t))
	ann.shows("ann>")
	ann.press("/set plain on\ra dr") // the second line is typed before the first is carried out
	ann.shows("plain is on now.", "ann> a dr")
	ann.came("\x1b[?2004l")
	before := ann.output()
	bob.say(t, "hi")
	ann.shows("hh:mm ~bob: hi", "ann> a dr")
	ann.press("aft")
	ann.shows("ann> a draft")
	ann.press("\r")
	bob.expect(t, "ann: a draft")
	bob.say(t, "ann: look")
	ann.shows("ann> a draft", "hh:mm ~bob: ann: look") // her own line is shown once
	if got := ann.since(before); strings.Contains(got, "\x1b") || strings.Count(got, "\a") != 1 {
		t.Errorf("a screen reader is sent %q", got)
	}

	ann.press("/set plain off\ranother dr")
	ann.shows("plain is off now.", "ann> another dr")
	if after := ann.since(before); !strings.Contains(after, "\x1b[?2004h") {
		t.Errorf("pastes are not marked again in %q", after)
	}
	bob.say(t, "hi again")
	ann.shows("hh:mm ~bob: hi again", "ann> another dr")
	ann.press("aft\r")
	bob.expect(t, "ann: another draft")
	ann.shows("hh:mm ann: another draft", "ann>")
	ann.enter("/set plain off") // it is off already
	ann.shows("ann> /set plain off", "plain is off now.", "ann>")
}

// In plain, leaving restores the terminal: it no longer marks pastes.
func TestPlainLeavesTheTerminalAsItWas(t *testing.T) {
	s := newServer(t, nil)
	ann := s.terminal(t, "ann", nil)
	ann.enter("/set plain on")
	ann.shows("plain is on now.")
	ann.press("\x04")
	_ = ann.Wait()
	ann.shows("Goodbye.")
	out := ann.output()
	if on, off := strings.LastIndex(out, "\x1b[?2004h"), strings.LastIndex(out, "\x1b[?2004l"); off < on {
		t.Errorf("pastes are still marked after %q", out)
	}
}

func TestNoticesAreGatheredAndHaveReasons(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newServer(t, nil)
		tick := func() { time.Sleep(time.Second); s.core.Tick() } // as the program does
		ann := s.terminal(t, "ann", newKey(t))
		ann.shows("ann>")
		tick() // nothing about herself
		bob, carl, dora := s.plain(t, "bob", newKey(t)), s.plain(t, "carl", newKey(t)), s.plain(t, "dora", newKey(t))
		tick()
		ann.shows("/help lists the commands, Tab completes, Ctrl-D leaves. Times: UTC (/set tz).", "* bob, carl and dora joined", "ann>")
		leave := func(k *talker, words string) {
			t.Helper()
			k.say(t, "%s", words)
			_ = k.Wait()
		}
		leave(bob, "!quit good night")
		tick()
		ann.shows("* bob, carl and dora joined", "* bob left (good night)", "ann>")
		leave(carl, "!quit")
		nobody := s.plain(t, "nobody", newKey(t))
		nobody.say(t, "!nick somebody")
		synctest.Wait()
		tick()
		ann.shows("* nobody joined; carl left; nobody is now somebody", "ann>")

		ann.enter("/set notices off")
		ann.shows("notices is off now.", "ann>")
		leave(dora, "!quit")
		tick()
		ann.enter("/rooms")
		ann.shows("notices is off now.", "ann> /rooms", "There are no rooms. /enter NAME makes one.", "ann>")
		ann.enter("/notices on")
		ann.shows("ann> /notices on", "notices is on now.", "ann>")
		leave(nobody, "!quit")
		tick()
		ann.shows("notices is on now.", "* somebody left", "ann>")
		ann.enter("/notices maybe")
		ann.shows("! usage: /notices on|off", "ann>")
	})
}

func TestTheDateIsShownWhenTheDayChanges(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // it is the beginning of the year 2000
		s := newServer(t, nil)
		bob := s.plain(t, "bob", nil)
		ann, zoe := s.termed(t, "ann", "xterm"), s.termed(t, "zoe", "xterm", "TZ=America/New_York")
		ann.shows("ann>")
		zoe.shows("zoe>")
		says := func(at time.Duration, text string) {
			t.Helper()
			time.Sleep(time.Until(time.Date(2000, time.January, 1, 0, 0, 0, 0, time.UTC).Add(at)))
			bob.say(t, "%s", text)
		}
		says(4*time.Hour, "one") // 23:00 in New York
		ann.shows("hh:mm ~bob: one", "ann>")
		zoe.shows("hh:mm ~bob: one", "zoe>")
		says(5*time.Hour, "two")
		ann.shows("hh:mm ~bob: one", "hh:mm ~bob: two", "ann>")
		zoe.shows("hh:mm ~bob: one", "-- Saturday, 1 January 2000 --", "hh:mm ~bob: two", "zoe>")
		ann.press("draft")
		says(24*time.Hour, "three")
		ann.shows("hh:mm ~bob: two", "-- Sunday, 2 January 2000 --", "hh:mm ~bob: three", "ann> draft")
		zoe.shows("hh:mm ~bob: two", "hh:mm ~bob: three", "zoe>")
		says(25*time.Hour, "four")
		ann.shows("-- Sunday, 2 January 2000 --", "hh:mm ~bob: three", "hh:mm ~bob: four", "ann> draft")
		says(72*time.Hour, "five")
		ann.shows("-- Tuesday, 4 January 2000 --", "hh:mm ~bob: five", "ann> draft")
		ann.press("\x15/set tz Asia/Tokyo\r")
		ann.shows("hh:mm ~bob: four", "-- Tuesday, 4 January 2000 --", "hh:mm ~bob: five", "ann> /set tz Asia/Tokyo", "tz is Asia/Tokyo now.", "ann>")
		says(73*time.Hour, "six")
		ann.shows("tz is Asia/Tokyo now.", "hh:mm ~bob: six", "ann>")
		says(87*time.Hour, "seven")
		ann.shows("hh:mm ~bob: six", "-- Wednesday, 5 January 2000 --", "hh:mm ~bob: seven", "ann>")
	})
}
