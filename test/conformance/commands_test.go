package conformance

import (
	"bytes"
	"fmt"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"time"
)

// outcome is what a run of ssh comes to. A text that begins with \A is a regular
// expression; any other must match to the byte.
type outcome struct {
	out, err string
	status   int
}

func (o outcome) String() string {
	return fmt.Sprintf("exit status %d, output %s, errors %s", o.status, short(o.out), short(o.err))
}

func (o outcome) matches(got outcome) bool {
	return matches(o.out, got.out) && matches(o.err, got.err) && o.status == got.status
}

func matches(want, got string) bool {
	if strings.HasPrefix(want, `\A`) {
		return regexp.MustCompile(want + `\z`).MatchString(got)
	}
	return got == want
}

// runs runs a command by ssh, with nothing on its standard input.
func (p person) runs(command string, want outcome) step { return p.runsWith("", command, want) }

// runsWith runs a command by ssh, with input on its standard input; no command is
// a session without one.
func (p person) runsWith(input, command string, want outcome) step {
	return step{fmt.Sprintf("%s runs ssh %s < %s", p.name, short(command), short(input)), func(st *stage) error {
		cmd := sshCommand(st.t, st.server, p)
		if command != "" {
			cmd.Args = append(cmd.Args, command)
		}
		return run(cmd, input, want)
	}}
}

// isTurnedAway runs ssh without a command, and is not let in.
func (p person) isTurnedAway(why string) step {
	return p.runsWith("", "", outcome{err: why, status: 1})
}

// isRefused runs ssh and is not logged in. Something like why is on standard error.
func (p person) isRefused(why string) step {
	return step{p.name + " is refused by ssh, for " + why, func(st *stage) error {
		cmd := sshCommand(st.t, st.server, p)
		quiet := slices.Index(cmd.Args, "LogLevel=ERROR") // it hides the words of the server
		cmd.Args[quiet] = "LogLevel=INFO"
		return run(cmd, "", outcome{err: `\A(?s:.*` + why + `.*)`, status: sshFailed})
	}}
}

// endsWith finds ssh ended with this status, these words on standard error, and
// nothing else on standard output.
func (p person) endsWith(words string, status int) step {
	return p.watch(fmt.Sprintf("ends with status %d and %q", status, words), func(_ *stage, c *client) error {
		got, err := c.status()
		if err != nil {
			return err
		}
		if text, _ := c.errors.all(); got != status || !matches(words, text) {
			return fmt.Errorf("it ended with status %d and %q", got, text)
		}
		return c.tape.seeEnd()
	})
}

// endsWithStatus finds ssh ended with this status.
func (p person) endsWithStatus(status int) step {
	return p.watch(fmt.Sprintf("ends with status %d", status), func(_ *stage, c *client) error {
		got, err := c.status()
		if err == nil && got != status {
			err = fmt.Errorf("it ended with status %d", got)
		}
		return err
	})
}

// run runs ssh to its end.
func run(cmd *exec.Cmd, input string, want outcome) error {
	var out, complaints bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(input), &out, &complaints
	if err := cmd.Start(); err != nil {
		return err
	}
	late := time.AfterFunc(patience, func() { _ = cmd.Process.Kill() })
	defer late.Stop()
	err := cmd.Wait()
	if cmd.ProcessState == nil || !cmd.ProcessState.Exited() {
		return fmt.Errorf("ssh did not end by itself: %w", err)
	}
	got := outcome{out.String(), complaints.String(), cmd.ProcessState.ExitCode()}
	if !want.matches(got) {
		return fmt.Errorf("%v; to be expected is %v", got, want)
	}
	return nil
}

// starts starts a command by ssh that goes on.
func (p person) starts(command string) step {
	return step{p.name + " starts ssh " + command, func(st *stage) error {
		st.starts(p, sshCommand(st.t, st.server, p, command))
		return nil
	}}
}

// starts starts ssh as the client of p.
func (st *stage) starts(p person, ssh *exec.Cmd) {
	if !slices.Contains(st.order, p) {
		st.order = append(st.order, p)
	}
	st.clients[p] = start(st.t, ssh)
}

// listens starts a command by ssh with nothing on its standard input. When it
// listens is not known yet: see heardBy.
func (p person) listens(command string) step {
	return step{p.name + " listens by ssh " + command, func(st *stage) error {
		if err := p.starts(command).do(st); err != nil {
			return err
		}
		return p.ends().do(st)
	}}
}

// heardBy says something until it is heard by who begins to listen. The format is
// of the line that is heard.
func (p person) heardBy(listener person, place, format string) step {
	return listener.watch("begins to hear what "+p.name+" says", func(st *stage, c *client) error {
		seen := 0
		for late := time.Now().Add(patience); seen == 0; seen = c.tape.length() {
			if time.Now().After(late) {
				return errLate
			}
			if err := p.sends(place + "do you hear me\r\n").do(st); err != nil {
				return err
			}
			if err := p.nothing().do(st); err != nil {
				return err
			}
		}
		if err := p.sends(place + "good\r\n").do(st); err != nil {
			return err
		}
		for {
			line, err := c.tape.line()
			if err != nil || line == fmt.Sprintf(format, "good") {
				return err
			}
			if line != fmt.Sprintf(format, "do you hear me") {
				return fmt.Errorf("%w: %q", errOther, line)
			}
		}
	})
}
