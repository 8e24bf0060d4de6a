package conformance

import (
	"errors"
	"fmt"

	"golang.org/x/crypto/ssh"
)

// isSignalled runs /tail in a terminal, sends it a signal, and finds it ended with this
// status. OpenSSH has no way to send a signal, so the client is golang.org/x/crypto/ssh.
func (p person) isSignalled(signal ssh.Signal, status int) step {
	return step{fmt.Sprintf("%s sends %s to /tail", p.name, signal), func(st *stage) error {
		client, err := ssh.Dial("tcp", st.server.ssh.String(), p.config(st))
		if err != nil {
			return err
		}
		defer client.Close()
		session, err := client.NewSession()
		if err != nil {
			return err
		}
		if err := session.RequestPty("xterm", 24, 80, nil); err != nil {
			return err
		}
		if err := session.Start("/tail"); err != nil {
			return err
		}
		if err := session.Signal(signal); err != nil {
			return err
		}
		var ended *ssh.ExitError
		if err := session.Wait(); !errors.As(err, &ended) || ended.ExitStatus() != status {
			return fmt.Errorf("it ended with %w", err)
		}
		return nil
	}}
}

func (p person) config(st *stage) *ssh.ClientConfig {
	return &ssh.ClientConfig{
		User: p.user, Auth: []ssh.AuthMethod{ssh.PublicKeys(keyOf(st.t, p.key).Signer())},
		HostKeyCallback: ssh.InsecureIgnoreHostKey(), Timeout: patience,
	}
}
