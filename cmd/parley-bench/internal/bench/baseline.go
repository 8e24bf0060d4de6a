package bench

import (
	"bufio"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"sync"

	plain "github.com/gliderlabs/ssh"
	"golang.org/x/crypto/ssh"
)

// The baselines answer the one question the clients ask, and have no rooms.
const noRooms = "\r\n"

// ServePlainTCP is the plainest chat on TCP in Go, to compare with: the first line
// is the nick, and each further line goes to everybody else, one write for each, by
// the goroutine that read it, under a lock. A client that does not read makes all others wait.
// It serves until ctx is done.
func ServePlainTCP(ctx context.Context, ln net.Listener) error {
	chat := plainTCP{people: make(map[net.Conn]bool)}
	defer chat.closeAll()
	defer context.AfterFunc(ctx, func() { ln.Close() })()
	for {
		c, err := ln.Accept()
		if err != nil {
			return unlessDone(ctx, err)
		}
		go chat.serve(c)
	}
}

type plainTCP struct {
	mu     sync.Mutex
	people map[net.Conn]bool
}

func (t *plainTCP) serve(c net.Conn) {
	defer c.Close()
	lines := bufio.NewScanner(c)
	if !lines.Scan() {
		return
	}
	nick := lines.Text()
	t.mu.Lock()
	t.people[c] = true
	t.mu.Unlock()
	for lines.Scan() {
		if lines.Text()+"\r\n" == question {
			_, _ = c.Write([]byte(noRooms)) // reading notices that a client is gone
			continue
		}
		t.say(c, fmt.Appendf(nil, "%s: %s\r\n", nick, lines.Bytes()))
	}
	t.mu.Lock()
	delete(t.people, c)
	t.mu.Unlock()
}

// say writes a line to everybody but the one who said it.
func (t *plainTCP) say(by net.Conn, line []byte) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for c := range t.people {
		if c != by {
			_, _ = c.Write(line) // reading notices that a client is gone
		}
	}
}

func (t *plainTCP) closeAll() {
	t.mu.Lock()
	defer t.mu.Unlock()
	for c := range t.people {
		c.Close()
	}
}

// ServePlainSSH is the plainest broadcast on github.com/gliderlabs/ssh, to measure
// compare with: each line of a session goes to every other session, through a queue of
// 1024 lines and one goroutine for each; what does not fit into a queue is dropped.
// Every key is welcome. It serves until ctx is done.
func ServePlainSSH(ctx context.Context, ln net.Listener) error {
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return fmt.Errorf("cannot make a host key: %w", err)
	}
	signer, err := ssh.NewSignerFromKey(key)
	if err != nil {
		return fmt.Errorf("cannot make a host key: %w", err)
	}
	chat := plainSSH{people: make(map[plain.Session]chan []byte)}
	server := &plain.Server{
		HostSigners:      []plain.Signer{signer},
		PublicKeyHandler: func(plain.Context, plain.PublicKey) bool { return true },
		Handler:          chat.serve,
	}
	defer server.Close()
	defer context.AfterFunc(ctx, func() { server.Close() })()
	if err := server.Serve(ln); !errors.Is(err, plain.ErrServerClosed) {
		return unlessDone(ctx, err)
	}
	return nil
}

type plainSSH struct {
	mu     sync.RWMutex
	people map[plain.Session]chan []byte
}

func (p *plainSSH) serve(s plain.Session) {
	queue := make(chan []byte, 1024)
	p.mu.Lock()
	p.people[s] = queue
	p.mu.Unlock()
	defer func() {
		p.mu.Lock()
		delete(p.people, s)
		p.mu.Unlock()
	}()
	go write(s, queue)
	lines := bufio.NewScanner(s)
	for lines.Scan() {
		if lines.Text()+"\r\n" == question {
			queue <- []byte(noRooms)
			continue
		}
		p.say(s, fmt.Appendf(nil, "%s: %s\r\n", s.User(), lines.Bytes()))
	}
}

// write writes what is queued until the session ends.
func write(s plain.Session, queue <-chan []byte) {
	for {
		select {
		case line := <-queue:
			if _, err := s.Write(line); err != nil {
				return
			}
		case <-s.Context().Done():
			return
		}
	}
}

// say queues a line for everybody but the one who said it.
func (p *plainSSH) say(by plain.Session, line []byte) {
	p.mu.RLock()
	defer p.mu.RUnlock()
	for s, queue := range p.people {
		if s != by {
			select {
			case queue <- line:
			default: // dropped
			}
		}
	}
}

// unlessDone is err, or nil where the end was asked for.
func unlessDone(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return nil
	}
	return err
}
