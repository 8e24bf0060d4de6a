package tutorial

import (
	"errors"
	"fmt"
	"os"
	"testing"

	"golang.org/x/sys/unix"
)

// openTerminal opens a pseudo terminal until the end of the test: what is written to keyboard is typed, and tty is what
// a program reads. A machine without one skips the test, except in CI.
func openTerminal(t *testing.T) (keyboard, tty *os.File) {
	t.Helper()
	keyboard, name, err := openKeyboard()
	if err == nil {
		t.Cleanup(func() { keyboard.Close() })
		tty, err = os.OpenFile(name, os.O_RDWR|unix.O_NOCTTY, 0)
	}
	switch {
	case err == nil:
		t.Cleanup(func() { tty.Close() }) // ends a Read that still waits
	case os.Getenv("CI") == "true":
		t.Fatalf("no pseudo terminal: %v", err)
	default:
		t.Skipf("no pseudo terminal: %v", err)
	}
	return keyboard, tty
}

// openKeyboard opens the near side of a new pseudo terminal and returns the name of the far side.
func openKeyboard() (keyboard *os.File, name string, err error) {
	fd, err := unix.Open("/dev/ptmx", unix.O_RDWR|unix.O_NOCTTY|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, "", fmt.Errorf("open /dev/ptmx: %w", err)
	}
	unlockErr := unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0)
	number, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	if err := errors.Join(unlockErr, err); err != nil {
		unix.Close(fd)
		return nil, "", fmt.Errorf("set up the terminal: %w", err)
	}
	return os.NewFile(uintptr(fd), "/dev/ptmx"), fmt.Sprintf("/dev/pts/%d", number), nil
}

// "type the escape character Ctrl-D after entering some text ..., then entering some more text and typing Ctrl-D
// again, and so on, eventually ending the line by pressing Enter":
//
//	Hi,^DI um^D have to tell you something!^J
//	HI,I UM HAVE TO TELL YOU SOMETHING!
//	Connection closed by server.
func TestTerminalTranscript(t *testing.T) {
	keyboard, tty := openTerminal(t)

	log, out := newOutput(), newOutput()
	addr := startEcho(t, &Echo{Once: true, Log: log})
	wait := run(t, &Client{In: tty, Out: out}, addr)
	write(t, keyboard, "Hi,\x04")
	log.await(t, "Data received: 'Hi,'\nCurrent buffer: HI,\n")
	write(t, keyboard, "I um\x04")
	log.await(t, "Data received: 'I um'\nCurrent buffer: HI,I UM\n")
	write(t, keyboard, " have to tell you something!\n")
	if err := wait(); err != nil {
		t.Errorf("Run: %v", err)
	}
	log.await(t, `Data received: ' have to tell you something!\r\n'`+"\nCurrent buffer: HI,I UM HAVE TO TELL YOU SOMETHING!\n")
	log.await(t, `Send: 'HI,I UM HAVE TO TELL YOU SOMETHING!\r\n'`+"\nClose the client socket\n")
	want := greeting(t, addr) + "HI,I UM HAVE TO TELL YOU SOMETHING!\nConnection closed by server.\n"
	if got := out.String(); got != want {
		t.Errorf("printed:\n%swant:\n%s", got, want)
	}
}

// At the start of a line Ctrl-D is the end of input.
func TestTerminalEnd(t *testing.T) {
	keyboard, tty := openTerminal(t)

	out := newOutput()
	addr := startEcho(t, &Echo{})
	wait := run(t, &Client{In: tty, Out: out}, addr)
	write(t, keyboard, "hello\n\x04")
	if err := wait(); err != nil {
		t.Errorf("Run: %v", err)
	}
	if want := greeting(t, addr) + "HELLO\nConnection closed by server.\n"; out.String() != want {
		t.Errorf("printed:\n%swant:\n%s", out, want)
	}
}
