//go:build e2e

package threats

import (
	"bytes"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"syscall"
	"testing"
	"time"
)

// opener is what a client of another protocol sends first.
type opener struct {
	name  string
	bytes string
}

// verbs are the methods of HTTP; openers are what else comes to an open port.
var verbs = []string{"GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"}

// post is what a page makes a browser send to a port: a nick and messages of the page's
// choice in its body.
func post(at string) string {
	const body = "mallory\r\nhello everybody\r\n@room hello\r\n#seated0 hello\r\n!enter room\r\n"
	return "POST / HTTP/1.1\r\nHost: " + at + "\r\nUser-Agent: Mozilla/5.0\r\nContent-Type: text/plain;charset=UTF-8\r\n" +
		fmt.Sprintf("Content-Length: %d\r\nOrigin: http://example.com\r\n\r\n%s", len(body), body)
}

func openers(t *testing.T, at string) []opener {
	t.Helper()
	all := []opener{
		{"a browser's POST", post(at)},
		{"a POST whose body alone is a session", "POST mallory\r\n\r\nmallory\r\nhello everybody\r\n"},
		{"HTTP behind an empty line", "\r\nGET / HTTP/1.1\r\n\r\nmallory\r\nhello everybody\r\n"},
		{"HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"},
		{"TLS", clientHello(t)},
		{"TLS, with a nick behind it", clientHello(t) + "\r\nmallory\r\nhello everybody\r\n"},
		{"SSL 2", "\x80\x2e\x01\x00\x02\x00\x15\x00\x00\x00\x10\x01\x00\x80\x02\x00\x80\x03\x00\x80\x04\x00\x80"},
		{"RDP", "\x03\x00\x00\x13\x0e\xe0\x00\x00\x00\x00\x00\x01\x00\x08\x00\x03\x00\x00\x00"},
		{"RDP with a cookie", "\x03\x00\x00\x2a\x25\xe0\x00\x00\x00\x00\x00Cookie: mstshash=mallory\r\n\x01\x00\x08\x00\x00\x00\x00\x00"},
		{"SMB 1", "\x00\x00\x00\x85\xff\x53\x4d\x42\x72\x00\x00\x00\x00\x18\x53\xc8" + strings.Repeat("\x00", 121)},
		{"SMB 2", "\x00\x00\x00\x6a\xfe\x53\x4d\x42\x40\x00" + strings.Repeat("\x00", 100)},
		{"SOCKS 5", "\x05\x01\x00"},
		{"SOCKS 4", "\x04\x01\x00\x50\x7f\x00\x00\x01mallory\x00"},
		{"Redis", "*1\r\n$4\r\nPING\r\n"},
		{"MQTT", "\x10\x13\x00\x04MQTT\x04\x02\x00\x3c\x00\x07mallory"},
		{"SMTP", "EHLO example.com\r\nmallory\r\nhello everybody\r\n"},
		{"SIP", "OPTIONS sip:nm SIP/2.0\r\nVia: SIP/2.0/TCP nm\r\n\r\n"},
		{"a PROXY header", "PROXY TCP4 10.0.0.1 10.0.0.2 1 2\r\nmallory\r\nhello everybody\r\n"},
		{"one byte of TLS", "\x16"},
	}
	for _, verb := range verbs {
		all = append(all, opener{"HTTP " + verb, verb + " / HTTP/1.1\r\nHost: " + at + "\r\n\r\nmallory\r\nhello everybody\r\n"})
	}
	return all
}

// clientHello returns what a TLS client sends first.
func clientHello(t *testing.T) string {
	t.Helper()
	ours, theirs := net.Pipe()
	go func() {
		_ = tls.Client(theirs, &tls.Config{ServerName: "example.com"}).Handshake() // the other end does not answer
		_ = theirs.Close()
	}()
	defer ours.Close()
	first := make([]byte, 4096)
	n, err := ours.Read(first)
	if err != nil {
		t.Fatal(err)
	}
	return string(first[:n])
}

// Row 18: a client that speaks another protocol is closed at once, and nothing of it is
// taken for a nick or a message.
func TestThreat18_OtherProtocols(t *testing.T) {
	s := start(t)
	all := seat(t, s, 60_000, 2, 0)
	listener, talker := all.people[0], all.people[1]
	from := 0
	for _, port := range []struct {
		name, at string
		greeting string // what the server says before the client speaks
		more     []opener
	}{
		{"raw", s.tcp, "", []opener{{"SSH", "SSH-2.0-OpenSSH_9.2p1 Debian\r\n"}, {"SSH behind a line", "mallory here\r\nSSH-2.0-x\r\n"}}},
		{"ssh", s.ssh, "SSH-2.0-parley\r\n", []opener{{"the raw protocol", "mallory\r\nhello everybody\r\n"}}},
	} {
		for _, o := range append(openers(t, port.at), port.more...) {
			for _, pace := range []struct {
				name string
				size int
			}{{"at once", len(o.bytes)}, {"byte by byte", 1}} {
				from++
				t.Run(port.name+"/"+o.name+"/"+pace.name, func(t *testing.T) {
					closesOn(t, mustDial(t, address(from), port.at), o.bytes, pace.size, port.greeting)
				})
			}
		}
	}
	if users := s.metric("parley_users"); users != 2 {
		t.Errorf("%g users, want the 2 that are seated", users)
	}
	if log := s.logged(); strings.Count(log, `msg="session begins"`) != 2 || strings.Contains(log, "mallory") {
		t.Errorf("the log knows of them:\n%s", log)
	}
	if err := talker.say("the end"); err != nil {
		t.Fatal(err)
	}
	if line, err := listener.line(); err != nil || line != talker.nick+": the end" {
		t.Errorf("a seated user heard %q, %v", line, err)
	}
}

// closesOn sends an opener in pieces, and fails the test unless the server closes within a
// second, saying nothing but its greeting.
func closesOn(t *testing.T, nc *net.TCPConn, opener string, size int, greeting string) {
	t.Helper()
	begun := time.Now()
	_ = nc.SetDeadline(begun.Add(promptly(2 * time.Second)))
	go func() { // closing during the write is fine
		for rest := []byte(opener); len(rest) > 0; {
			n, err := nc.Write(rest[:min(size, len(rest))])
			if err != nil {
				return
			}
			rest = rest[n:]
		}
	}()
	var said bytes.Buffer
	_, err := io.Copy(&said, nc)
	took := time.Since(begun)
	switch {
	case isTimeout(err):
		t.Errorf("not closed within 3s")
	case err != nil && !errors.Is(err, syscall.ECONNRESET):
		t.Error(err)
	case took > promptly(time.Second):
		t.Errorf("closed after %s", took)
	}
	if got := said.String(); !strings.HasPrefix(greeting, got) {
		t.Errorf("the server says %q", got)
	}
}

// Row 18: clients in the right place are let in: telnet, which begins with negotiation, and
// nicks that come in pieces.
func TestThreat18_TheRawProtocolIsLetIn(t *testing.T) {
	s := start(t)
	for i, hello := range []struct{ opener, nick string }{
		{"ann\n", "ann"},
		{"bob\r\n", "bob"},
		{"\xff\xfd\x03\xff\xfb\x18\xff\xfb\x1fcarl\r\n", "carl"},
		{"\xff\xfa\x1f\x00\x50\x00\x18\xff\xf0dora\r\n", "dora"},
		{"éva\n", "éva"},
		{"日本\n", "日本"},
		{"e\u0301mile\n", "émile"}, // é in two parts
	} {
		t.Run(hello.nick, func(t *testing.T) {
			nc := mustDial(t, address(i), s.tcp)
			_ = nc.SetDeadline(time.Now().Add(5 * time.Second))
			for _, b := range []byte(hello.opener + "!users\n") {
				if _, err := nc.Write([]byte{b}); err != nil {
					t.Fatal(err)
				}
				time.Sleep(2 * time.Millisecond) // each in a packet of its own
			}
			var heard strings.Builder
			for buf := make([]byte, 1); !strings.HasSuffix(heard.String(), "\n"); {
				if _, err := nc.Read(buf); err != nil {
					t.Fatalf("%q, then %v", heard.String(), err)
				}
				heard.Write(buf)
			}
			if !strings.Contains(" "+strings.TrimSpace(heard.String())+" ", hello.nick+" ") {
				t.Errorf("%q is not let in: %q", hello.nick, heard.String())
			}
		})
	}
}
