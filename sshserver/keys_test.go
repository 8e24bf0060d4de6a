package sshserver

import (
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"parley/internal/render"
)

// A terminal's answer is not typed text, in whatever pieces it comes.
func TestThreat45_AnswersOfTheTerminalAreNotTyped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newServer(t, nil)
		ann := s.terminal(t, "ann", newKey(t))
		ann.shows("ann>")
		for _, answer := range []string{
			"\x1b]11;rgb:1e1e/1e1e/2e2e\a", "\x1bP>|xterm(388)\x1b\\", "\u009d11;rgb:1e1e/1e1e/2e2e\u009c",
			"\x1b_Gi=1;OK\x1b\\", "\x1b^pm\x1b\\", "\x1bXsos\x1b\\", "\x1b[M !!", "\x1b[<0;1;1M", "\x1b[?1;2c", "\x1b[[A",
		} {
			ann.press("a" + answer + "b")
			for _, b := range []byte(answer) {
				ann.press(string([]byte{b}))
				time.Sleep(keystrokesApart)
			}
			ann.press("c")
			ann.shows("ann> abc")
			ann.press("\x15")
			ann.shows("ann>")
		}
	})
}

// keystrokesApart is the time between the pieces of an answer on a bad line. The whole
// answer takes less than the half second that it may take.
const keystrokesApart = 15 * time.Millisecond

// A person who types Alt-] loses only that key.
func TestAKeyThatBeginsAnAnswerCostsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newServer(t, nil)
		ann := s.terminal(t, "ann", newKey(t))
		ann.shows("ann>")
		typed := ""
		for _, key := range []string{"\x1b]", "\x1b[", "\x1bO", "\x1bP", "\x1bX", "\x1b_", "\x1b^", "\x1b]11;", "\x1b[1;", "\x1b[M"} {
			ann.press(key)
			time.Sleep(600 * time.Millisecond)
			ann.press("hi ")
			typed += "hi "
			ann.shows("ann> " + strings.TrimSpace(typed))
		}
		ann.press("\x1b]\x03") // and Ctrl-C is never lost
		ann.shows("ann>")
	})
}

// A paste without an end is ended, and the person is told.
func TestAPasteWithoutAnEndIsEnded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newServer(t, nil)
		bob, ann := s.plain(t, "bob", nil), s.terminal(t, "ann", newKey(t))
		ann.shows("ann>")
		ann.press("\x1b[200~one\r/quit\r\x03")
		time.Sleep(5*time.Second - time.Millisecond)
		synctest.Wait()
		ann.shows("ann>")
		time.Sleep(2 * time.Millisecond)
		ann.shows("A paste had no end, and was ended. Enter sends it, Ctrl-C discards it.",
			"ann> [2 lines, 9 bytes: Enter sends them, Ctrl-C discards them]", "one", "/quit")
		ann.press("\r")
		time.Sleep(time.Second)
		bob.expect(t, "ann: one", "ann: /quit")
		ann.shows("hh:mm ann:", "    one", "    /quit", "ann>")
		ann.enter("/quit") // as usual
		if code := ann.end(); code != 0 {
			t.Errorf("status %d", code)
		}
	})
}

// The same while another nick is asked for.
func TestAPasteWithoutAnEndIsNoNick(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newServer(t, nil)
		s.plain(t, "bob", nil)
		ann := s.terminal(t, "bob", newKey(t))
		ann.shows("another nick:")
		ann.press("\x1bP>|WezTerm 20240203\x1b\\\x1b[200~ann")
		time.Sleep(6 * time.Second)
		ann.shows("another nick: ann")
		ann.press("\r")
		time.Sleep(time.Second)
		ann.shows("ann>")
	})
}

// Nothing inside a paste is carried out, wherever the paste is cut.
func TestThreat44_APasteCannotSmuggleLines(t *testing.T) {
	const paste = "\x1b[200~one\x1b[201~\r/nick eve\r\x03/quit\r\x04\x1b[201~"
	for cut := range len(paste) {
		synctest.Test(t, func(t *testing.T) {
			s := newServer(t, nil)
			ann := s.terminal(t, "ann", newKey(t))
			ann.shows("ann>")
			ann.press(paste[:cut])
			synctest.Wait()
			time.Sleep(100 * time.Millisecond)
			ann.press(paste[cut:])
			time.Sleep(time.Second)
			ann.until(fmt.Sprintf("the lines of a paste that is cut at %d", cut), func(rows []string) bool {
				return strings.HasSuffix(rows[len(rows)-1], "/quit")
			})
			if ann.isEve() {
				t.Fatalf("cut at %d, it carries something out", cut)
			}
			ann.press("\x03")
			ann.shows("ann>")
			ann.enter("/nick eve")
			if ann.shows("eve>"); !ann.isEve() {
				t.Fatal("what is carried out is not seen")
			}
		})
	}
}

// isEve reports whether /nick eve was carried out: then the prompt shows it.
func (k *tty) isEve() bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return strings.Contains(strings.Join(k.rows(), "\n"), "eve>")
}

// A person may press Enter as quickly as they like.
func TestPaste_EnterAfterItIsEnter(t *testing.T) {
	for _, after := range []time.Duration{time.Millisecond, 50 * time.Millisecond, 199 * time.Millisecond, 201 * time.Millisecond, time.Second} {
		synctest.Test(t, func(t *testing.T) {
			s := newServer(t, nil)
			bob, ann := s.plain(t, "bob", nil), s.terminal(t, "ann", newKey(t))
			ann.shows("ann>")
			ann.paste("one")
			synctest.Wait()
			time.Sleep(after)
			ann.press("!\r")
			begun := time.Now()
			bob.expect(t, "ann: one!")
			if late := time.Since(begun); late > 200*time.Millisecond || after > 200*time.Millisecond && late > 0 {
				t.Errorf("%s after a paste, Enter is %s late", after, late)
			}
		})
	}
}

// Enter also counts if the end of the input comes soon after it.
func TestEnterCountsAtTheEndOfTheInput(t *testing.T) {
	for _, after := range []time.Duration{0, 100 * time.Millisecond, 300 * time.Millisecond} {
		for _, typed := range []bool{false, true} {
			synctest.Test(t, func(t *testing.T) {
				s := newServer(t, nil)
				bob, ann := s.plain(t, "bob", nil), s.terminal(t, "ann", newKey(t))
				ann.shows("ann>")
				if typed {
					ann.press("one")
				} else {
					ann.paste("one")
				}
				synctest.Wait()
				ann.press("\r")
				synctest.Wait()
				time.Sleep(after)
				_ = ann.keys.(io.Closer).Close()
				if code := ann.end(); code != 0 {
					t.Errorf("exit status %d", code)
				}
				bob.say(t, "!users")
				bob.expect(t, "ann: one", "bob")
			})
		}
	}
}

// Enter that comes a moment after a paste is not part of it, even if the paste fills a read.
func TestPaste_EnterAfterOneThatFillsARead(t *testing.T) {
	for _, size := range []int{63, 64, 65, 64 + 1024} {
		synctest.Test(t, func(t *testing.T) {
			s := newServer(t, nil)
			bob, ann := s.plain(t, "bob", nil), s.terminal(t, "ann", newKey(t))
			ann.shows("ann>")
			text := strings.Repeat("x", size-len("\x1b[200~\x1b[201~"))
			ann.paste(text)
			synctest.Wait()
			time.Sleep(time.Millisecond)
			ann.press("\r")
			bob.expect(t, "ann: "+text)
			ann.press("\x1b[200~" + text + "\x1b[201~" + "!\r") // this Enter is part of the paste
			time.Sleep(time.Second)
			ann.press("?\r")
			bob.expect(t, "ann: "+text+"!?")
		})
	}
}

// A person who goes on typing after a paste sees what they type, and Ctrl-C works.
func TestPaste_TypingOnAfterItIsSeen(t *testing.T) {
	for _, every := range []time.Duration{33 * time.Millisecond, 150 * time.Millisecond, 199 * time.Millisecond} {
		synctest.Test(t, func(t *testing.T) {
			s := newServer(t, nil)
			ann := s.terminal(t, "ann", newKey(t))
			ann.shows("ann>")
			ann.paste("one")
			typed := ""
			for len(typed) < int(2*time.Second/every) {
				synctest.Wait()
				time.Sleep(every)
				ann.press("x")
				typed += "x"
				synctest.Wait()
				row := ann.lastRow()
				if len(typed) > int(1300*time.Millisecond/every) && row != "ann> one"+typed {
					t.Fatalf("after %d keys, one each %s, the line is %q", len(typed), every, row)
				}
			}
			ann.press("\x03")
			ann.shows("ann>")
			ann.paste("two")
			for _, key := range "\x03" + typed {
				synctest.Wait()
				time.Sleep(every)
				ann.press(string(key))
			}
			ann.shows("ann> " + typed)
		})
	}
}

// lastRow returns the last row of the screen.
func (k *tty) lastRow() string {
	k.mu.Lock()
	defer k.mu.Unlock()
	rows := k.rows()
	return rows[len(rows)-1]
}

// A keyboard that was left in another mode still works.
func TestKeysThatComeAsNumbers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newServer(t, nil)
		bob, ann := s.plain(t, "bob", nil), s.terminal(t, "ann", newKey(t))
		ann.shows("ann>")
		ann.press("\x1b[104;2u\x1b[104;2:3u\x1b[105u\x1b[105;1:3u\x1b[13;2u\x1b[27;2;33~\x1b[57414;1:1u\x1b[57414;1:3u")
		bob.expect(t, "ann: Hi", "ann: !")
		ann.press("draft\x1b[99;5u\x1b[99;5:3u")
		ann.shows("ann>")
		ann.press("\x1b[57442;5u\x1b[99;5u\x1b[99;5:3u\x1b[57442;1:3u")
		ann.shows("Ctrl-C once more leaves, as Ctrl-D does.", "ann>")
		ann.press("\x1b[57442;5u\x1b[99;5u")
		if code := ann.end(); code != 0 {
			t.Errorf("status %d", code)
		}
	})
}

// A terminal is asked once what it is, and then called in one way. Its answer is not a key,
// and further answers have no effect.
func TestATerminalIsAskedWhatItIs(t *testing.T) {
	const osc9, osc777 = "\x1b]9;~bob: hi ann\a", "\x1b]777;notify;parley;~bob: hi ann\a"
	for _, tt := range []struct{ name, term, answer, want string }{
		{"none", "xterm-256color", "", osc9},
		{"both", "xterm-256color", "\x1bP>|WezTerm 20240203-110809-5046fc22\x1b\\", osc9},
		{"OSC 777", "xterm-256color", "\x1bP>|VTE(7600)\x1b\\", osc777},
		{"of C1", "xterm-256color", "\u0090>|foot(1.13.1)\u009c", osc777},
		{"of tmux", "tmux-256color", "\x1bP>|tmux 3.3a\x1b\\", osc9},
		{"another at once", "xterm", "\x1bP>|kitty(0.26.5)\x1b\\\x1bP>|VTE(7600)\x1b\\", osc9},
		{"half of one", "xterm", "\x1bP>|VTE(76", osc9},
		{"one that was not asked for", "xterm-kitty", "\x1bP>|VTE(7600)\x1b\\", osc9},
		{"one of a terminal that is read to", "dumb", "\x1bP>|VTE(7600)\x1b\\", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newServer(t, nil)
				bob, ann := s.plain(t, "bob", nil), s.termed(t, "ann", tt.term)
				asked := 0
				if render.TerminalOf(tt.term).Asks {
					asked = 1
				}
				for _, late := range []time.Duration{0, 10 * time.Minute} {
					time.Sleep(late)
					ann.press("one")
					ann.press(strings.Split(tt.answer, "")...)
					time.Sleep(time.Second)
					ann.press(" two")
					ann.shows("ann> one two")
					ann.press("\x03")
					if late > 0 {
						break // it has no effect
					}
					for range 2 {
						time.Sleep(time.Minute)
						before := ann.output()
						bob.say(t, "hi ann")
						synctest.Wait()
						got := ann.since(before)
						if strings.Count(got, "\x1b]") != min(1, len(tt.want)) || !strings.Contains(got, tt.want) {
							t.Errorf("called by %q, want %q", got, tt.want)
						}
						ann.press("\x1bP>|VTE(7600)\x1b\\", "\x1bP>|kitty(0.26.5)\x1b\\")
						if asked == 1 && !strings.Contains(tt.answer, "\x1b\\") && !strings.Contains(tt.answer, "\u009c") {
							tt.want = osc777 // a late answer still counts
						}
					}
				}
				if n := strings.Count(ann.output(), render.AskVersion); n != asked {
					t.Errorf("asked %d times, want %d", n, asked)
				}
			})
		})
	}
}

// A changed setting keeps what the terminal answered.
func TestWhatATerminalIsStays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newServer(t, nil)
		bob, ann := s.plain(t, "bob", nil), s.terminal(t, "ann", nil)
		ann.press("\x1bP>|foot(1.13.1)\x1b\\")
		ann.enter("/set time off", "/set plain on", "/set plain off")
		ann.shows("plain is off now.", "ann>")
		before := ann.output()
		bob.say(t, "hi ann")
		synctest.Wait()
		if got := ann.since(before); strings.Count(got, "\x1b]") != 1 || !strings.Contains(got, "\x1b]777;") {
			t.Errorf("called by %q", got)
		}
	})
}
