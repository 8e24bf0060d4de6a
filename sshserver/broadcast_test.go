package sshserver

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"sync"
	"testing"

	gliderssh "github.com/gliderlabs/ssh"
	gossh "golang.org/x/crypto/ssh"
)

// plainestBroadcast is what a user would write by hand on gliderlabs/ssh. Every line typed
// goes to every other session, with one blocking write each, under a lock.
func plainestBroadcast(b *testing.B, key gossh.Signer) (addr string) {
	var mu sync.Mutex
	all := map[gliderssh.Session]bool{}
	server := &gliderssh.Server{
		HostSigners:      []gliderssh.Signer{key},
		PublicKeyHandler: func(gliderssh.Context, gliderssh.PublicKey) bool { return true },
		Handler: func(s gliderssh.Session) {
			mu.Lock()
			all[s] = true
			mu.Unlock()
			_, _ = io.WriteString(s, "ready\r\n")
			lines := bufio.NewScanner(s)
			for lines.Scan() {
				mu.Lock()
				for other := range all {
					if other != s {
						_, _ = fmt.Fprintf(other, "%s: %s\r\n", s.User(), lines.Text())
					}
				}
				mu.Unlock()
			}
		},
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	go func() { _ = server.Serve(ln) }()
	b.Cleanup(func() { _ = server.Close() })
	return ln.Addr().String()
}

// BenchmarkBroadcast says one line to 50 people over SSH and waits until all have it. An
// operation is one line. It compares parley with the plainest broadcast.
func BenchmarkBroadcast(b *testing.B) {
	for name, serve := range map[string]func(*testing.B) string{
		"parley":     func(b *testing.B) string { return newServer(b, nil).onTCP(b) },
		"gliderlabs": func(b *testing.B) string { return plainestBroadcast(b, newKey(b)) },
	} {
		b.Run(name, func(b *testing.B) {
			const people = 50
			addr := serve(b)
			ask := "" // a line whose answer shows that the session exists
			if name == "parley" {
				ask = "!rooms\n"
			}
			seat := func(i int) *talker {
				k := open(b, login(b, dial(b, addr), clientConfig(fmt.Sprintf("u%d", i), newKey(b))))
				if err := k.Shell(); err != nil {
					b.Fatal(err)
				}
				_, _ = io.WriteString(k.in, ask)
				if _, err := k.out.ReadString('\n'); err != nil {
					b.Fatal(err)
				}
				return k
			}
			said := make(chan struct{}, people)
			for i := range people {
				k := seat(i)
				go func() {
					for {
						if _, err := k.out.ReadString('\n'); err != nil {
							return
						}
						said <- struct{}{}
					}
				}()
			}
			speaker := seat(people)
			b.ReportAllocs()
			for b.Loop() {
				speaker.say(b, "a line of a usual length, as people type them in a chat")
				for range people {
					<-said
				}
			}
		})
	}
}
