package conformance

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"testing"
	"time"
)

// What a terminal is sent before the first key.
const (
	greeted = `Ctrl-D leaves[^\n]*\n` // as TERM=dumb: the end of the greeting
	asked   = `\x1b\[>0q`             // as TERM=xterm: what it is
)

// terminalCommand is sshCommand with a terminal of a kind.
func terminalCommand(t testing.TB, s *server, p person, kind string, command ...string) *exec.Cmd {
	cmd := sshCommand(t, s, p, command...)
	cmd.Args[slices.Index(cmd.Args, "-T")] = "-tt"
	cmd.Env = append(os.Environ(), "TERM="+kind)
	return cmd
}

// opensTerminal starts an interactive session in a terminal of this kind.
func (p person) opensTerminal(kind string) step {
	return step{p.name + " opens a terminal", func(st *stage) error {
		needSSH(st.t)
		st.starts(p, terminalCommand(st.t, st.server, p, kind))
		return nil
	}}
}

// startsInTerminal starts a command in a terminal.
func (p person) startsInTerminal(command string) step {
	return step{p.name + " starts ssh -t " + command, func(st *stage) error {
		st.starts(p, terminalCommand(st.t, st.server, p, "xterm", command))
		return nil
	}}
}

// types sends keys.
func (p person) types(keys string) step {
	return p.act("types "+short(keys), func(_ *stage, c *client) error {
		_, err := io.WriteString(c.in, keys)
		return err
	})
}

// waits lets time pass, where the sentence is about that time.
func (p person) waits(pause time.Duration) step {
	return step{fmt.Sprintf("%s waits for %v", p.name, pause), func(*stage) error {
		time.Sleep(pause)
		return nil
	}}
}

// shows waits until re matches what came and was not shown yet.
func (p person) shows(re string) step { return p.showsWithout(`\z.`, re) }

// showsWithout is shows, and what came before must not match not.
func (p person) showsWithout(not, re string) step {
	want, unwanted := regexp.MustCompile(re), regexp.MustCompile(not)
	return p.watch("shows "+re, func(_ *stage, c *client) error {
		return c.tape.look(func(unseen []byte, _ error) (int, bool, error) {
			found := want.FindIndex(unseen)
			if found == nil {
				return 0, true, nil
			}
			if wrong := unwanted.Find(unseen[:found[0]]); wrong != nil {
				return 0, false, fmt.Errorf("%w: %q", errOther, wrong)
			}
			return found[1], false, nil
		})
	})
}

// pieces are keys with a pause between them.
type pieces []string

// typed returns a scene in which ann types, and bob hears these lines of hers.
func typed(name string, pause time.Duration, typed pieces, heard ...string) scene {
	steps := []step{bob.joinsRaw(), ann.opensTerminal("xterm-256color"), ann.shows(asked)}
	for n, piece := range typed {
		if n > 0 {
			steps = append(steps, ann.waits(pause))
		}
		steps = append(steps, ann.types(piece))
	}
	for _, text := range heard {
		steps = append(steps, bob.sees("ann: "+text+"\r\n"))
	}
	return scene{name: name, steps: steps}
}
