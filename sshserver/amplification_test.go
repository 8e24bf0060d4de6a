package sshserver

import (
	"fmt"
	"io"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	gossh "golang.org/x/crypto/ssh"

	"parley/chatcore"
	"parley/internal/command"
	"parley/internal/input"
	"parley/internal/ratelimit"
)

// Row 27: output that people cause for themselves is charged to them by its bytes. In the
// steady state, whatever they ask for and whichever keys they press, they get at most a
// hundred times what they send, plus answers at answerRate and redraws at ratelimit.RedrawRate.

// answerRate is how many bytes of answers a second five lines pay for, whatever their length.
const answerRate = 5 * 1000

// seat is the receiver of a person online who takes all output.
type seat struct{ owed chan struct{} }

func (s *seat) Ready() {
	select {
	case s.owed <- struct{}{}:
	default:
	}
}

func (s *seat) Ended(chatcore.Reason) { close(s.owed) }

// sit joins without a connection.
func sit(t *testing.T, s *serverUnderTest, nick string) *chatcore.Session {
	t.Helper()
	taker := &seat{make(chan struct{}, 1)}
	session, err := s.core.Join(chatcore.JoinRequest{
		Nick: nick, Kind: chatcore.Plain, Format: chatcore.Lines{},
		NewReceiver: func(*chatcore.Session) chatcore.Receiver { return taker },
	})
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		for range taker.owed {
			for more := true; more; {
				_, more = session.Take(nil, 32<<10)
			}
		}
	}()
	return session
}

// crowd joins n people and makes n rooms. All are in the first room. It fills the history
// of public and of that room, and returns the first of the people.
func crowd(t *testing.T, s *serverUnderTest, n int) *chatcore.Session {
	t.Helper()
	var all []*chatcore.Session
	for k := range n {
		p := sit(t, s, fmt.Sprintf("%s%04d", strings.Repeat("n", 16), k))
		for _, room := range []string{"hall", fmt.Sprintf("%s%04d", strings.Repeat("r", 16), k)} {
			if err := p.Enter(room); err != nil {
				t.Fatal(err)
			}
		}
		all = append(all, p)
	}
	if err := input.Do(all[0], "!topic hall "+strings.Repeat("漢", 300)); err != nil {
		t.Fatal(err)
	}
	for k := range 200 {
		for _, to := range []string{"", "@hall "} {
			if err := input.Do(all[k%n], fmt.Sprintf("%sline %d %s", to, k, strings.Repeat("x", 300))); err != nil {
				t.Fatal(err)
			}
		}
	}
	return all[0]
}

// flooder is a session that floods the server. It counts the bytes in and out.
type flooder struct {
	ch      gossh.Channel
	in, out atomic.Int64
}

// flooder begins a session on a terminal of 500 by 500, or without a terminal.
func (s *serverUnderTest) flooder(t *testing.T, nick, term string) *flooder {
	t.Helper()
	f := &flooder{ch: sessionChannel(t, login(t, s.inMemory(), clientConfig(nick, nil)))}
	if term != "" && !request(t, f.ch, "pty-req", ptyRequest{Term: term, Columns: 500, Rows: 500}) {
		t.Fatal("no terminal")
	}
	if ok, err := f.ch.SendRequest("shell", true, nil); !ok || err != nil {
		t.Fatal(ok, err)
	}
	go func() {
		buf := make([]byte, 32<<10)
		for {
			n, err := f.ch.Read(buf)
			f.out.Add(int64(n))
			if err != nil {
				return
			}
		}
	}()
	time.Sleep(time.Second)
	return f
}

func (f *flooder) send(text string) (ok bool) {
	n, err := io.WriteString(f.ch, text)
	f.in.Add(int64(n))
	return err == nil
}

// flood sends text again and again, in packets of some KiB. So the window fills and not the
// connection: on a full connection the fake clock would stand still.
func (f *flooder) flood(text string) {
	text = strings.Repeat(text, 1+2048/len(text))
	for f.send(text) {
	}
}

// brief returns d, or a part of it in the short form of the test.
func brief(d time.Duration) time.Duration {
	if full {
		return d
	}
	return d / 4
}

// oneRead is the precision of the bytes in: the server reads as many at once.
const oneRead = readSize

// steady returns what goes in and out after the burst, until much has gone in.
func (f *flooder) steady() (in, out int64, took time.Duration) {
	time.Sleep(brief(2 * time.Minute))
	begun := time.Now()
	in, out = f.in.Load(), f.out.Load()
	for f.in.Load() < in+16*oneRead && time.Since(begun) < brief(4*time.Minute) {
		time.Sleep(10 * time.Second)
	}
	return f.in.Load() - in, f.out.Load() - out, time.Since(begun)
}

// costliest holds the arguments with which a command answers most, unless they make no
// difference. It has the chat's commands, the prompt's and the words of IRC.
var costliest = map[string][]string{
	"members": {"hall"}, "topic": {"hall"}, "enter": {"hall"}, "who": {"", "hall"}, "last": {"200"}, "whois": {strings.Repeat("n", 16) + "0001"},
	"help": {"", "set"}, "set": {"", "tz"}, "to": {"@hall", ""}, "reply": {"", "x"}, "me": {"x", "@hall x"}, "say": {"x"}, "msg": {"mia x", "nobody x"},
	"nick": {"mia"}, "leave": {"nowhere"}, "format": {"text"}, "ignore": {""}, "unignore": {"nobody"}, "echo": {"on"}, "notices": {"on"}, "away": {"x", ""},
}

// floodLines returns lines that use every command.
func floodLines(sign string, names []string) []string {
	lines := []string{"x", "#mia x", "@hall x", "#nobody x", "@nowhere x", "@", "#", sign + "nothing", sign}
	for _, name := range names {
		of := name
		if c := command.FindPrompt(name); c != nil {
			of = c.Name
		}
		if of == "quit" {
			continue
		}
		arguments, ok := costliest[of]
		if !ok {
			arguments = []string{""}
		}
		for _, a := range arguments {
			lines = append(lines, strings.TrimRight(sign+name+" "+a, " "))
		}
	}
	return lines
}

func allNames() (chats, prompts []string) {
	for c := range command.Lines {
		chats = append(chats, c.Name)
	}
	for c := range command.Prompt {
		prompts = append(prompts, c.Name)
		if full {
			prompts = append(prompts, c.Aliases...)
		}
	}
	return chats, prompts
}

// amplified checks what a flood got back.
func amplified(t *testing.T, what string, in, out int64, d time.Duration, free int) {
	t.Helper()
	allowed := 100*(in+oneRead) + int64(free)*int64(d/time.Second)
	figure := fmt.Sprintf("%-40q in %7.1f B/s, out %8.1f B/s: %5.1f times", what, float64(in)/d.Seconds(), float64(out)/d.Seconds(), float64(out)/float64(max(1, in)))
	if out > allowed {
		t.Errorf("%s; over 100 times, and %d a second", figure, free)
		return
	}
	t.Log(figure)
}

// TestThreat27_CommandsAnswerAHundredfoldAtMost floods with every command, as fast as the
// server reads.
func TestThreat27_CommandsAnswerAHundredfoldAtMost(t *testing.T) {
	people := 50
	if full {
		people = 300
	}
	chats, prompts := allNames()
	for _, way := range []struct {
		name, term, begin, end string
		lines                  []string
		free                   int // additional bytes a second: redraws of the prompt
	}{
		{"text", "", "", "\n", floodLines("!", chats), answerRate},
		{"json", "", "!echo on\n!format json\n", "\n", floodLines("!", chats), answerRate},
		{"terminal", "xterm", "", "\r", floodLines("/", prompts), answerRate + 1000},
		{"plain terminal", "dumb", "", "\r", floodLines("/", prompts), answerRate + 1000},
		{"recalled", "xterm", "", "\x10\r", []string{"/rooms", "/last 200", "/who", "/help", strings.Repeat("long ", 800)}, answerRate + ratelimit.RedrawRate},
		{"recalled on a plain terminal", "dumb", "", "\x10\r", []string{"/rooms", "/last 200", "/who", "/help", strings.Repeat("long ", 800)}, answerRate + ratelimit.RedrawRate},
	} {
		if !full && way.term == "dumb" {
			continue
		}
		t.Run(way.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newServer(t, paced)
				crowd(t, s, people)
				for _, line := range way.lines {
					if strings.HasPrefix(line, "!format") {
						continue // later lines would be text
					}
					f := s.flooder(t, "mia", way.term)
					f.send(way.begin)
					next := line + way.end
					if strings.HasPrefix(way.name, "recalled") {
						f.send(line + "\r")
						next = way.end
					}
					go f.flood(next)
					in, out, d := f.steady()
					amplified(t, line, in, out, d, way.free)
					f.leave()
				}
			})
		})
	}
}

// leave ends the session and waits until its nick is free.
func (f *flooder) leave() {
	_ = f.ch.Close()
	time.Sleep(time.Minute)
}

// floodKeys are the keys that have an effect, alone or in a pair that repeats it.
var floodKeys = []string{
	"a", "漢", "\x01\x05", "\x02", "\x06", "\x02\x06", "\x08", "\x7f", "\x01\x1bd", "\x0b\x19", "\x15\x19", "\x17\x19", "\x19", "\x14",
	"\x10", "\x0e", "\x10\x0e", "\x12", "\x12x\x7f", "\x12\x12", "\x07", "\x0c", "\t", "\t ", " \t", "\x1b[Z", "@\t\x17", "/\t\x15", "\x1b\x7f", "\x1bb\x1bf", "\x1bb", "\x1bf",
	"\x1b[A", "\x1b[B", "\x1b[A\x1b[B", "\x1b[C", "\x1b[D", "\x1b[H\x1b[F", "\x1b[3~", "\x1b[1;3A", "\x1b[1;3B", "\x1b\r", "\x03\x19", "\x1b[200~x\x1b[201~", "\x1b[99~", "\n\x19",
}

// TestThreat27_KeysDrawAtABoundedRate presses every key on drafts of all sizes: as fast as
// typing is read if it costs much processor time, and slowly.
func TestThreat27_KeysDrawAtABoundedRate(t *testing.T) {
	drafts := map[string]string{"empty": "", "ordinary": strings.Repeat("word ", 180), "long": strings.Repeat("漢字 and ", 16<<10/11)}
	for _, term := range []string{"xterm", "dumb"} {
		for name, draft := range drafts {
			for _, every := range []time.Duration{30 * time.Millisecond, 100 * time.Millisecond} {
				if fast := every < 100*time.Millisecond; fast && (name != "long" || term == "dumb") || !full && (fast || name != "long") {
					continue
				}
				t.Run(fmt.Sprintf("%s %s draft each %s", term, name, every), func(t *testing.T) {
					synctest.Test(t, func(t *testing.T) {
						s := newServer(t, paced)
						crowd(t, s, 60)
						for _, keys := range append(floodKeys, "resize") {
							s.floodKeys(t, term, draft, keys, every)
						}
					})
				})
			}
		}
	}
}

// floodKeys presses keys on a draft, once in every.
func (s *serverUnderTest) floodKeys(t *testing.T, term, draft, keys string, every time.Duration) {
	f := s.flooder(t, "mia", term)
	defer f.leave()
	f.send("/last 200\r")
	for n := range 20 { // lines to recall
		f.send(fmt.Sprintf("/to nobody %d %s\r", n, strings.Repeat("x", 3000)))
	}
	time.Sleep(time.Minute)
	f.send("\x1b[200~" + draft + "\x1b[201~\x02\x02")
	press := func(d time.Duration) {
		for begun := time.Now(); time.Since(begun) < d; time.Sleep(every) {
			if keys == "resize" {
				f.resize(t)
			} else {
				f.send(keys)
			}
		}
	}
	press(brief(12 * time.Second)) // until the burst is used up
	in, out, begun := f.in.Load(), f.out.Load(), time.Now()
	press(brief(6 * time.Second))
	amplified(t, keys, f.in.Load()-in, f.out.Load()-out, time.Since(begun), ratelimit.RedrawRate+1000)
}

// resize changes the size of the terminal.
func (f *flooder) resize(t *testing.T) {
	n := uint32(500 - f.in.Load()/20%2)
	if _, err := f.ch.SendRequest("window-change", false, gossh.Marshal(windowChange{Columns: n, Rows: n})); err != nil {
		t.Error(err)
	}
	f.in.Add(20)
}

// TestThreat27_AnIdleDraftIsDrawnAtABoundedRate has others say ten lines a second above a
// draft of the maximum length.
func TestThreat27_AnIdleDraftIsDrawnAtABoundedRate(t *testing.T) {
	for _, term := range []string{"xterm", "dumb"} {
		synctest.Test(t, func(t *testing.T) {
			s := newServer(t, paced)
			talker := crowd(t, s, 10)
			f := s.flooder(t, "mia", term)
			f.send("\x1b[200~" + strings.Repeat("漢", 16<<10/3) + "\x1b[201~")
			said := 0
			talk := func(d time.Duration) {
				for begun := time.Now(); time.Since(begun) < d; time.Sleep(100 * time.Millisecond) {
					text := fmt.Sprintf("line %d", said)
					said++
					if err := input.Do(talker, text); err != nil {
						t.Fatal(err)
					}
					talker.Surcharge(len(text))
				}
			}
			talk(time.Minute)
			before, begun := f.out.Load(), time.Now()
			talk(time.Minute)
			rate := float64(f.out.Load()-before) / time.Since(begun).Seconds()
			t.Logf("%s: %.0f bytes a second", term, rate)
			if rate > ratelimit.RedrawRate+1000 { // 10 messages of 60 bytes
				t.Errorf("%.0f bytes a second come for an idle draft", rate)
			}
		})
	}
}

// Above an ordinary draft, messages are shown without delay, however many come. Above a
// long draft they are shown within ratelimit.RedrawLate.
func TestThreat27_MessagesAreShownInTime(t *testing.T) {
	for _, tt := range []struct {
		draft int // draft length in bytes
		late  time.Duration
	}{{0, 0}, {900, 0}, {16 << 10, ratelimit.RedrawLate}} {
		synctest.Test(t, func(t *testing.T) {
			s := newServer(t, paced)
			talker, ann := sit(t, s, "bob"), s.terminal(t, "ann", nil)
			ann.shows("ann>")
			ann.press("\x1b[200~" + strings.Repeat("x", tt.draft) + "\x1b[201~")
			for n := range 500 {
				said := time.Now()
				text := fmt.Sprintf("line %d,", n)
				if err := input.Do(talker, text); err != nil {
					t.Fatal(err)
				}
				ann.came(text)
				if late := time.Since(said); late > tt.late+100*time.Millisecond {
					t.Fatalf("a draft of %d bytes: line %d is shown %s late", tt.draft, n, late)
				}
				time.Sleep(20 * time.Millisecond)
			}
		})
	}
}
