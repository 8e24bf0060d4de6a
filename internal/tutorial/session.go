package tutorial

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"sync/atomic"
	"syscall"
	"time"
)

// session is one connection of the client. Two directions, one lifetime: run sends what is typed, receive prints what
// comes; run returns only after receive, which closes the connection and so wakes a write that waits.
type session struct {
	conn  net.Conn
	quiet time.Duration
	out   printer // receive's, until it has ended

	// ending is set at the end of input. From then on every read has the quiet time only.
	ending atomic.Bool
}

// input is what one Read of the input returned.
type input struct {
	data []byte
	err  error
}

// errPrint marks an error of the client's own output.
var errPrint = errors.New("cannot print")

func (s *session) run(in io.Reader) error {
	received := make(chan error, 1)
	go func() { received <- s.receive() }()
	over := make(chan struct{})
	defer close(over)
	inputs := read(in, over)

	var typed typedText
	for {
		select {
		case err := <-received:
			return s.serverEnded(err)
		case piece := <-inputs:
			send, quit := typed.next(piece.data)
			ended := piece.err != nil
			if ended && !quit {
				var rest []byte
				rest, quit = typed.end()
				send = append(send, rest...)
			}
			err := s.send(send)
			switch {
			case quit:
				return s.quit(received)
			case ended || err != nil: // a server that takes nothing any more may still have something to say
				return s.drain(received, piece.err)
			}
		}
	}
}

// read reads in on a goroutine of its own and hands on what each Read returns, at once and unjoined, until it ends or
// over is closed. A Read that waits cannot be interrupted: the goroutine ends when it returns.
func read(in io.Reader, over <-chan struct{}) <-chan input {
	inputs := make(chan input)
	go func() {
		for {
			data := make([]byte, readSize)
			n, err := in.Read(data)
			select {
			case inputs <- input{data[:n], err}:
			case <-over:
				return
			}
			if err != nil {
				return
			}
		}
	}()
	return inputs
}

func (s *session) send(data []byte) error {
	if len(data) == 0 {
		return nil
	}
	_, err := s.conn.Write(data)
	return err
}

// receive prints what the server sends until it ends, the read deadline passes or nothing can be printed.
func (s *session) receive() error {
	defer s.conn.Close()
	data := make([]byte, readSize)
	for {
		n, err := s.conn.Read(data)
		if perr := s.out.print(data[:n]); perr != nil {
			return fmt.Errorf("%w: %w", errPrint, perr)
		}
		if err != nil {
			return err
		}
		if s.ending.Load() {
			s.setDeadline(s.quiet)
		}
	}
}

// drain is the end of input: it waits for what the server still owes. readErr is what ended the input.
func (s *session) drain(received <-chan error, readErr error) error {
	s.ending.Store(true) // first: a read that returns between the two then sets the deadline itself
	s.setDeadline(s.quiet)
	s.closeWrite()
	if err := s.serverEnded(<-received); err != nil {
		return err
	}
	if readErr != nil && !errors.Is(readErr, io.EOF) {
		return fmt.Errorf("cannot read the input: %w", readErr)
	}
	return nil
}

// quit is /quit: the same, but one short wait in all, and nothing is said about an end we asked for.
func (s *session) quit(received <-chan error) error {
	s.setDeadline(quitWait)
	s.closeWrite()
	err := <-received
	if errors.Is(err, errPrint) {
		return err
	}
	return s.lastWords("")
}

// serverEnded says how the connection ended. err is what receive returned.
func (s *session) serverEnded(err error) error {
	switch {
	case errors.Is(err, errPrint):
		return err
	case errors.Is(err, os.ErrDeadlineExceeded):
		return s.lastWords("") // the input has ended and the server has been silent since
	case errors.Is(err, io.EOF), errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		return s.lastWords("Connection closed by server.")
	default:
		return errors.Join(fmt.Errorf("connection lost: %w", err), s.lastWords(""))
	}
}

// lastWords prints what the printer still holds, and our own last line if there is one.
func (s *session) lastWords(line string) error {
	if err := s.out.notice(line); err != nil {
		return fmt.Errorf("%w: %w", errPrint, err)
	}
	return nil
}

// setDeadline and closeWrite fail only on a connection that has ended, which receive notices.

func (s *session) setDeadline(wait time.Duration) {
	_ = s.conn.SetReadDeadline(time.Now().Add(wait))
}

func (s *session) closeWrite() {
	if half, ok := s.conn.(interface{ CloseWrite() error }); ok {
		_ = half.CloseWrite()
	}
}
