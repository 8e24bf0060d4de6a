package sshserver

import (
	"context"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	gossh "golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/agent"
)

// tokenAgent is an agent that holds one FIDO key.
type tokenAgent struct {
	agent.Agent
	token fido
}

func (a tokenAgent) List() ([]*agent.Key, error) {
	key := a.token.PublicKey()
	return []*agent.Key{{Format: key.Type(), Blob: key.Marshal(), Comment: "token"}}, nil
}

func (a tokenAgent) Sign(_ gossh.PublicKey, data []byte) (*gossh.Signature, error) {
	return a.token.Sign(nil, data)
}

// serveAgent serves an agent until the test ends, and returns its socket.
func serveAgent(t *testing.T, a agent.Agent) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "agent") // the test's own directory may be too long for a socket
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	socket := filepath.Join(dir, "sock")
	ln, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	wg.Go(func() {
		for {
			nc, err := ln.Accept()
			if err != nil {
				return
			}
			_ = agent.ServeAgent(a, nc) // until the client closes it
			_ = nc.Close()
		}
	})
	t.Cleanup(func() { _ = ln.Close(); wg.Wait() })
	return socket
}

// TestLogin_FIDOKeyOfAnAgent is TestLogin_FIDOKeyWithoutATouch with the real ssh and an agent.
func TestLogin_FIDOKeyOfAnAgent(t *testing.T) {
	if _, err := exec.LookPath("ssh"); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("there is no ssh, and CI=true skips nothing")
		}
		t.Skip("there is no ssh here")
	}
	_, port, err := net.SplitHostPort(newServer(t, nil).onTCP(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, kind := range fidoKinds {
		for _, flags := range []byte{0, 1} {
			token := newFIDO(t, kind, flags)
			ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
			defer cancel()
			ssh := exec.CommandContext(ctx, "ssh", "-F", "none", "-T", "-p", port, "-o", "IdentityAgent="+serveAgent(t, tokenAgent{agent.NewKeyring(), token}),
				"-o", "UserKnownHostsFile=/dev/null", "-o", "GlobalKnownHostsFile=/dev/null", "-o", "StrictHostKeyChecking=no", "-o", "IdentityFile=none",
				"-o", "PreferredAuthentications=publickey", "ann@127.0.0.1")
			ssh.Stdin = strings.NewReader("!whois ann\n!quit\n")
			out, err := ssh.CombinedOutput()
			if want := "! ann is verified, key " + gossh.FingerprintSHA256(token.PublicKey()); err != nil || !strings.Contains(string(out), want) {
				t.Errorf("%s, flags %d: %v, %s", kind, flags, err, out)
			}
		}
	}
}
