package tcpserver

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"math/big"
	"net"
	"os"
	"strings"
	"testing"
	"time"

	"parley/chatcore"
)

// certificate returns a certificate for 127.0.0.1 that no authority has signed.
func certificate(t *testing.T) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	sheet := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}}
	der, err := x509.CreateCertificate(rand.Reader, sheet, sheet, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

// serveTLS runs a Server over TLS, with hints or without.
func serveTLS(t *testing.T, hints bool) (addr string, core *chatcore.Core) {
	t.Helper()
	cert := certificate(t)
	return serveWith(t, Options{
		Hints: hints, TLS: &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS12},
		NickTimeout: 2 * time.Second, Drain: time.Second,
	})
}

func dialTLS(t *testing.T, addr string) *tls.Conn {
	t.Helper()
	nc, err := tls.Dial("tcp", addr, &tls.Config{InsecureSkipVerify: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = nc.Close() })
	_ = nc.SetDeadline(time.Now().Add(10 * time.Second))
	return nc
}

func TestTheChatOverTLS(t *testing.T) {
	addr, _ := serveTLS(t, false)
	ann, bob := dialTLS(t, addr), dialTLS(t, addr)
	for nick, nc := range map[string]net.Conn{"ann": ann, "bob": bob} {
		if _, err := fmt.Fprintf(nc, "%s\n!say \n", nick); err != nil {
			t.Fatal(err)
		}
		want := "!error usage: !say text\r\n"
		got := make([]byte, len(want))
		if _, err := io.ReadFull(nc, got); err != nil || string(got) != want {
			t.Fatalf("%q, %v", got, err)
		}
	}
	long := strings.Repeat("x", 4000) // and 500 of them: more than a socket takes at once
	go func() {
		for range 500 {
			_, _ = fmt.Fprintln(ann, long)
		}
		_, _ = fmt.Fprintln(ann, "!quit")
	}()
	heard := bufio.NewReader(bob)
	for n := range 500 {
		if line, err := heard.ReadString('\n'); err != nil || line != "ann: "+long+"\r\n" {
			t.Fatalf("line %d: %d bytes, %v", n, len(line), err)
		}
	}
	if _, err := ann.Read(make([]byte, 1)); err != io.EOF { // TLS tells a regular end from a cut
		t.Errorf("the end of a session: %v", err)
	}
}

func TestTLS_ClosesClientsThatSpeakAnotherProtocol(t *testing.T) {
	for _, hints := range []bool{false, true} {
		addr, core := serveTLS(t, hints)
		nc, err := net.Dial("tcp", addr)
		if err != nil {
			t.Fatal(err)
		}
		_ = nc.SetDeadline(time.Now().Add(time.Second))
		_, _ = io.WriteString(nc, "ann\nhello\n")
		said, err := io.ReadAll(nc)
		if err != nil {
			t.Errorf("it is not closed: %v", err)
		}
		if hint := "!error this port speaks TLS"; strings.Contains(string(said), hint) != hints {
			t.Errorf("told %q, hints %v", said, hints)
		}
		if n := core.Stats().Users; n != 0 {
			t.Errorf("%d users", n)
		}
		_ = nc.Close()
	}
}

// A client that begins a TLS handshake and stops is closed at the deadline for the nick.
func TestATrickleOfTLSIsClosed(t *testing.T) {
	addr, _ := serveTLS(t, true)
	nc, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()
	begun := time.Now()
	_, _ = nc.Write([]byte{22, 3, 1, 1, 0})
	_ = nc.SetReadDeadline(begun.Add(10 * time.Second))
	if _, err := io.ReadAll(nc); os.IsTimeout(err) {
		t.Error("it is not closed")
	}
	if took := time.Since(begun); took > 4*time.Second { // 2 s, plus the linger
		t.Errorf("closed after %s", took)
	}
}

// A TLS client that reads nothing does not delay the shutdown of the server.
func TestAStuckClientOfTLSDoesNotHoldUpTheEnd(t *testing.T) {
	addr, core := serveTLS(t, false)
	stuck, ann := dialTLS(t, addr), dialTLS(t, addr)
	if err := stuck.NetConn().(*net.TCPConn).SetReadBuffer(4 << 10); err != nil {
		t.Fatal(err)
	}
	_ = ann.SetDeadline(time.Now().Add(time.Minute))
	_, _ = io.WriteString(stuck, "stuck\n!users\n")
	if _, err := stuck.Read(make([]byte, 64)); err != nil { // it never reads again
		t.Fatal(err)
	}
	_, _ = io.WriteString(ann, "ann\n")
	answers, lines := bufio.NewReader(ann), strings.Repeat(strings.Repeat("x", 4000)+"\n", 10)
	for core.Stats().Owed < 100<<10 { // more than the kernel accepts, and less than the outbox
		if _, err := io.WriteString(ann, lines+"!users\n"); err != nil {
			t.Fatal(err)
		}
		if _, err := answers.ReadString('\n'); err != nil { // all lines have been carried out
			t.Fatal(err)
		}
	}
	if n := core.Stats().Users; n != 2 {
		t.Errorf("%d users are left before the end", n)
	}
	// serveWith fails the test if the server does not end within its time.
}
