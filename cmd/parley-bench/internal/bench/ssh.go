package bench

import (
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"

	"golang.org/x/crypto/ssh"
)

// loginSSH opens a session without a terminal, as a person with a key of their own,
// and asks the question.
func loginSSH(nc net.Conn, nick string) (*client, error) {
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, err
	}
	signer, err := ssh.NewSignerFromKey(key)
	if err != nil {
		return nil, err
	}
	conn, channels, requests, err := ssh.NewClientConn(nc, nc.RemoteAddr().String(), &ssh.ClientConfig{
		User:            nick,
		Auth:            []ssh.AuthMethod{ssh.PublicKeys(signer)},
		HostKeyCallback: ssh.InsecureIgnoreHostKey(), // nothing is told to it but numbers
	})
	if err != nil {
		return nil, handshakeError(err)
	}
	go ssh.DiscardRequests(requests)
	go refuse(channels)
	session, own, err := conn.OpenChannel("session", nil)
	if err != nil {
		return nil, err
	}
	go ssh.DiscardRequests(own)
	granted, err := session.SendRequest("shell", true, nil)
	if err != nil {
		return nil, err
	}
	if !granted {
		return nil, errors.New("the server gives no session without a terminal")
	}
	_, err = io.WriteString(session, question)
	return &client{ReadWriter: session, net: nc, in: lines{from: session}, words: lastWords(session.Stderr())}, err
}

// handshakeError finds the end of the connection in what the library says of it.
func handshakeError(err error) error {
	if strings.Contains(err.Error(), "EOF") || strings.Contains(err.Error(), "connection reset") {
		return errClosed
	}
	return fmt.Errorf("cannot log in: %w", err)
}

// refuse refuses all that the server wants to open.
func refuse(channels <-chan ssh.NewChannel) {
	for c := range channels {
		_ = c.Reject(ssh.Prohibited, "this is a client") // the connection is gone
	}
}

// lastWords returns what tells the first of what came on the standard error of a
// session that has ended.
func lastWords(stderr io.Reader) func() string {
	return func() string {
		const most = 200
		said, _ := io.ReadAll(io.LimitReader(stderr, most)) // as much as came
		return strings.TrimSpace(string(said))
	}
}
