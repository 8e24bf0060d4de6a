package conformance

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"testing"
	"time"
)

// secureShell dials with the system's ssh, one process for each connection.
type secureShell struct{}

func (secureShell) connect(t testing.TB, s *server, p person) *client {
	t.Helper()
	return start(t, sshCommand(t, s, p))
}

func (secureShell) introduce(*client, person) error { return nil }

// start starts ssh as a client that lasts as long as the test at most.
func start(t testing.TB, cmd *exec.Cmd) *client {
	t.Helper()
	complaints := newTape()
	c := &client{tape: newTape(), errors: complaints}
	cmd.Stdout, cmd.Stderr = c.tape, complaints
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	c.in, c.endInput = in, in.Close
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = cmd.Wait() // its status is looked at
		c.tape.ended(nil)
		complaints.ended(nil)
	}()
	c.drop = func() { _ = cmd.Process.Kill() } // it may be gone already
	c.status = func() (int, error) {
		select {
		case <-ended:
			return cmd.ProcessState.ExitCode(), nil
		case <-time.After(patience):
			return 0, errors.New("ssh does not end")
		}
	}
	c.left = func() string {
		status, err := c.status()
		if err != nil {
			return err.Error()
		}
		text, _ := complaints.all()
		if text != "" || status == sshFailed {
			return fmt.Sprintf("ssh ended with status %d and %s on standard error", status, short(text))
		}
		return ""
	}
	t.Cleanup(func() {
		_ = in.Close()
		c.drop()
		<-ended
	})
	return c
}

// sshFailed is the exit status of ssh when it is not the server's.
const sshFailed = 255

// needSSH skips a test if there is no ssh; CI has one.
func needSSH(t testing.TB) {
	t.Helper()
	if _, err := exec.LookPath("ssh"); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("the real ssh is needed:", err)
		}
		t.Skip("the real ssh is needed:", err)
	}
}

// sshCommand is `ssh -T` to s as p, with a command, if any. None
// of the settings of whoever runs the test counts.
func sshCommand(t testing.TB, s *server, p person, command ...string) *exec.Cmd {
	t.Helper()
	args := []string{
		"-F", "none", "-T", "-p", strconv.Itoa(s.ssh.Port), "-l", p.user,
		"-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=" + os.DevNull,
		"-o", "GlobalKnownHostsFile=" + os.DevNull, "-o", "LogLevel=ERROR",
		"-o", "IdentityAgent=none", "-o", "IdentitiesOnly=yes",
	}
	if p.key == "" {
		args = append(args, "-o", "PubkeyAuthentication=no")
	} else {
		args = append(args, "-i", keyFile(t, p.key))
	}
	args = append(args, s.ssh.IP.String())
	cmd := exec.Command("ssh", append(args, command...)...)
	cmd.WaitDelay = patience
	return cmd
}
