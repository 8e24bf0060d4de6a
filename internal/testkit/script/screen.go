package script

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
	"unicode"

	"github.com/clipperhouse/displaywidth"
	"github.com/rogpeppe/go-internal/testscript"
	"golang.org/x/term"
)

// The screens of a script are the sessions of a tmux server of its own. tmux knows them by name, so nothing is kept
// here.

const (
	// cursorMark stands in front of the cell of the cursor, in what a script expects.
	cursorMark = "▏"
	// lookEvery is how often a screen is looked at that is not yet as expected.
	lookEvery = 15 * time.Millisecond
	// scrollback is how many rows above the screen a terminal keeps.
	scrollback = 2000
	// keystroke is the time between two keys of a person who types fast.
	keystroke = 25 * time.Millisecond
)

var screenSize = regexp.MustCompile(`^([0-9]+)x([0-9]+)$`)

func cmdScreen(ts *testscript.TestScript, neg bool, args []string) {
	const usage = "screen NAME [WxH] [KEY=VALUE...] PROGRAM [ARG...]"
	width, height, words := "80", "24", args[min(1, len(args)):]
	if len(words) > 0 {
		if size := screenSize.FindStringSubmatch(words[0]); size != nil {
			width, height, words = size[1], size[2], words[1:]
		}
	}
	if neg || !slices.ContainsFunc(words, func(word string) bool { return !strings.Contains(word, "=") }) {
		ts.Fatalf("usage: %s", usage)
	}
	name := args[0]
	if _, err := look(ts, name, false); err == nil {
		ts.Fatalf("%s is still there", name)
	}
	// The server inherits this environment, and so do the programs; TERM is tmux's own unless it is given.
	_, err := tmux(ts, append([]string{
		"start-server", ";",
		"set-option", "-g", "status", "off", ";",
		"set-option", "-g", "default-terminal", "tmux-256color", ";",
		"set-option", "-g", "history-limit", strconv.Itoa(scrollback), ";",
		"set-option", "-g", "remain-on-exit", "on", ";",
		"set-option", "-g", "remain-on-exit-format", "", ";",
		"new-session", "-d", "-s", name, "-x", width, "-y", height, "-c", ts.MkAbs("."), "--", "env",
	}, literal(words)...)...)
	ts.Check(err)
	ts.Defer(func() {
		if shown, err := look(ts, name, true); err == nil {
			ts.Logf("[%s history]\n%s", name, shown.text())
		}
		killScreen(ts, name)
	})
}

// killScreen ends a screen and its program, a stopped one too.
func killScreen(ts *testscript.TestScript, name string) {
	out, err := tmux(ts, "display-message", "-p", "-t", pane(name), "#{pane_dead} #{pane_pid}")
	if err != nil {
		return
	}
	if pid, err := strconv.Atoi(strings.TrimPrefix(strings.TrimSpace(out), "0 ")); err == nil && pid > 1 {
		syscall.Kill(-pid, syscall.SIGKILL) // the group it leads; an error says that it has ended
	}
	tmux(ts, "kill-session", "-t", "="+name) // the last one ends the server
}

// pane is the target of a tmux command that is about a screen.
func pane(name string) string { return "=" + name + ":" }

// tmux runs commands on the script's own tmux server.
func tmux(ts *testscript.TestScript, args ...string) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	socket := filepath.Join(ts.Getenv("WORK"), "tmux.sock")
	args = append([]string{"-S", socket, "-f", "/dev/null", "-u"}, args...)
	cmd := exec.CommandContext(ctx, lookProgram(ts, "tmux"), args...)
	for _, name := range stateOf(ts).vars {
		cmd.Env = append(cmd.Env, name+"="+ts.Getenv(name))
	}
	cmd.Env = append(cmd.Env, "LC_ALL=C.UTF-8")
	var complaint strings.Builder
	cmd.Stderr = &complaint
	out, err := cmd.Output()
	if err != nil {
		err = fmt.Errorf("tmux: %w: %s", err, strings.TrimSpace(complaint.String()))
	}
	return string(out), err
}

// literal is args as tmux takes them whole: a semicolon at the end of one would begin another command.
func literal(args []string) []string {
	var out []string
	for _, arg := range args {
		if strings.HasSuffix(arg, ";") {
			arg = arg[:len(arg)-1] + `\;`
		}
		out = append(out, arg)
	}
	return out
}

// A view is what one look at a screen shows.
type view struct {
	rows        []string
	row, column int // of the cursor
	ended       bool
}

// look looks at a screen, with all that has scrolled away if history is set; its rows then are what was written, not as
// it was wrapped.
func look(ts *testscript.TestScript, name string, history bool) (view, error) {
	capture := []string{
		"display-message", "-p", "-t", pane(name), "#{pane_dead} #{cursor_y} #{cursor_x}", ";",
		"capture-pane", "-p", "-t", pane(name),
	}
	if history {
		capture = append(capture, "-J", "-S", "-")
	}
	out, err := tmux(ts, capture...)
	if err != nil {
		return view{}, err
	}
	about, rows, _ := strings.Cut(out, "\n")
	var v view
	var dead int
	if _, err := fmt.Sscan(about, &dead, &v.row, &v.column); err != nil {
		return view{}, fmt.Errorf("tmux says %q: %w", about, err)
	}
	v.ended = dead == 1
	v.rows = strings.Split(rows, "\n")
	return v, nil
}

// text is the rows without what is blank at their end and without empty ones at the end, with hh:mm for times.
func (v view) text() string {
	var b strings.Builder
	for _, row := range v.rows {
		b.WriteString(strings.TrimRight(row, " ") + "\n")
	}
	return untimed(strings.TrimRight(b.String(), "\n") + "\n")
}

// marked is the view with the cursor in it.
func (v view) marked() view {
	v.rows = append(slices.Clone(v.rows), make([]string, max(0, v.row+1-len(v.rows)))...)
	v.rows[v.row] = mark(v.rows[v.row], v.column)
	return v
}

// mark puts the cursor in a row, in front of what is in its column. A row that is shorter is filled with spaces.
func mark(row string, column int) string {
	at := 0
	for i, r := range row {
		width := tmuxWidth(r)
		if at >= column && width > 0 {
			return row[:i] + cursorMark + row[i:]
		}
		at += width
	}
	return row + strings.Repeat(" ", max(0, column-at)) + cursorMark
}

// tmuxWidth is how many cells tmux 3.3 gives a code point, whatever stands around it.
func tmuxWidth(r rune) int {
	const flagA, flagZ = 0x1f1e6, 0x1f1ff // letters, two of which make a flag
	switch {
	case r >= flagA && r <= flagZ:
		return 1
	case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
		return 0
	}
	return displaywidth.Rune(r)
}

var clock = regexp.MustCompile(`\b[0-2][0-9]:[0-5][0-9]\b`)

// untimed is text with hh:mm for each time in it.
func untimed(text string) string { return clock.ReplaceAllString(text, "hh:mm") }

// until looks at a screen until it is as expected; what is returned is what is there then.
func until(
	ts *testscript.TestScript, name string, history, cursor bool, so func(text string) bool, want string,
) string {
	late := time.Now().Add(patience)
	for {
		v, err := look(ts, name, history)
		ts.Check(err)
		if cursor {
			v = v.marked()
		}
		shown := v.text()
		if so(shown) {
			return shown
		}
		if v.ended || time.Now().After(late) {
			why := "not within " + patience.String()
			if v.ended {
				why = "its program ended without it"
			}
			ts.Fatalf("%s: %s\nit shows:\n%s\nwanted:\n%s", name, why, shown, want)
		}
		time.Sleep(lookEvery)
	}
}

func cmdShows(ts *testscript.TestScript, neg bool, args []string) {
	checkUsage(ts, neg, len(args) == 2, "shows NAME FILE")
	want := ts.ReadFile(args[1])
	until(ts, args[0], false, strings.Contains(want, cursorMark), func(text string) bool { return text == want }, want)
}

func cmdHistory(ts *testscript.TestScript, neg bool, args []string) {
	checkUsage(ts, neg, len(args) == 1 || len(args) == 2, "history NAME [FILE]")
	so, want := func(string) bool { return true }, ""
	if len(args) == 2 {
		want = ts.ReadFile(args[1])
		so = func(text string) bool { return text == want }
	}
	text := until(ts, args[0], true, false, so, want)
	_, err := ts.Stdout().Write([]byte(text))
	ts.Check(err)
}

func cmdSees(ts *testscript.TestScript, neg bool, args []string) {
	checkUsage(ts, neg, len(args) == 2 || len(args) == 3, "sees NAME REGEXP [VAR]")
	re, err := regexp.Compile("(?m)" + args[1])
	ts.Check(err)
	text := until(ts, args[0], false, strings.Contains(args[1], cursorMark), re.MatchString, args[1])
	if len(args) == 3 {
		groups := re.FindStringSubmatch(text)
		ts.Setenv(args[2], groups[min(1, len(groups)-1)])
	}
}

func cmdKeys(ts *testscript.TestScript, neg bool, args []string) {
	checkUsage(ts, neg, len(args) >= 2, "keys NAME [-l] KEY...")
	command := []string{"send-keys", "-t", pane(args[0])}
	keys := args[1:]
	if keys[0] == "-l" {
		command, keys = append(command, "-l"), keys[1:]
	}
	_, err := tmux(ts, append(append(command, "--"), literal(keys)...)...)
	ts.Check(err)
}

func cmdBytes(ts *testscript.TestScript, neg bool, args []string) {
	checkUsage(ts, neg, len(args) == 2, "bytes NAME TEXT")
	text, err := unescape(args[1])
	ts.Check(err)
	command := []string{"send-keys", "-t", pane(args[0]), "-H"}
	for _, b := range text {
		command = append(command, fmt.Sprintf("%02x", b))
	}
	_, err = tmux(ts, command...)
	ts.Check(err)
}

func cmdTypes(ts *testscript.TestScript, neg bool, args []string) {
	checkUsage(ts, neg, len(args) == 2, "types NAME TEXT")
	for _, r := range args[1] {
		cmdKeys(ts, false, []string{args[0], "-l", string(r)})
		time.Sleep(keystroke) // a person's pace; nothing is waited for
	}
}

func cmdPaste(ts *testscript.TestScript, neg bool, args []string) {
	raw := len(args) == 3 && args[2] == "raw"
	checkUsage(ts, neg, len(args) == 2 || raw, "paste NAME FILE [raw]")
	command := []string{"load-buffer", ts.MkAbs(args[1]), ";", "paste-buffer", "-d", "-t", pane(args[0])}
	if !raw {
		command = append(command, "-p")
	}
	_, err := tmux(ts, command...)
	ts.Check(err)
}

func cmdResize(ts *testscript.TestScript, neg bool, args []string) {
	var size []string
	if len(args) == 2 {
		size = screenSize.FindStringSubmatch(args[1])
	}
	checkUsage(ts, neg, size != nil, "resize NAME WxH")
	tty, err := tmux(ts, "resize-window", "-t", pane(args[0]), "-x", size[1], "-y", size[2], ";",
		"display-message", "-p", "-t", pane(args[0]), "#{pane_tty}")
	ts.Check(err)
	// tmux tells the program of one size in 250 ms, and of no more.
	f, err := os.OpenFile(strings.TrimSpace(tty), os.O_RDONLY|syscall.O_NOCTTY, 0)
	ts.Check(err)
	defer f.Close()
	for late := time.Now().Add(patience); ; time.Sleep(lookEvery) {
		width, height, err := term.GetSize(int(f.Fd()))
		ts.Check(err)
		if args[1] == fmt.Sprintf("%dx%d", width, height) {
			return
		}
		if time.Now().After(late) {
			ts.Fatalf("%s: still of size %dx%d", args[0], width, height)
		}
	}
}

// cmdRung does not wait: a script first sees what came with the bell.
func cmdRung(ts *testscript.TestScript, neg bool, args []string) {
	checkUsage(ts, false, len(args) == 1, "rung NAME")
	out, err := tmux(ts, "display-message", "-p", "-t", pane(args[0]), "#{window_bell_flag}")
	ts.Check(err)
	switch rung := strings.TrimSpace(out) == "1"; {
	case rung && neg:
		ts.Fatalf("%s: the bell has rung", args[0])
	case !rung && !neg:
		ts.Fatalf("%s: the bell has not rung", args[0])
	}
}

func cmdFlood(ts *testscript.TestScript, neg bool, args []string) {
	const usage = "flood NAME RATE N TEXT"
	checkUsage(ts, neg, len(args) == 4, usage)
	p := findConn(ts, false, args, usage, 4, 4)
	rate, err := strconv.Atoi(args[1])
	n, err2 := strconv.Atoi(args[2])
	if ts.Check(errors.Join(err, err2)); rate < 1 {
		ts.Fatalf("usage: %s", usage)
	}
	go func() { // ends with the connection, at the latest
		every := time.NewTicker(time.Second / time.Duration(rate))
		defer every.Stop()
		for i := range n {
			if _, err := fmt.Fprintf(p.in, "%s %d\n", args[3], i+1); err != nil {
				return
			}
			<-every.C
		}
	}()
}

func checkUsage(ts *testscript.TestScript, neg, ok bool, usage string) {
	if neg {
		ts.Fatalf("unsupported: ! %s", usage)
	}
	if !ok {
		ts.Fatalf("usage: %s", usage)
	}
}
