package conformance

import (
	"errors"
	"fmt"
	"time"

	"golang.org/x/crypto/ssh"
)

// isSignalled runs /tail in a terminal, sends it a signal at once, and finds this status.
// OpenSSH has no way to send a signal, so the client is golang.org/x/crypto/ssh.
func (p person) isSignalled(signal ssh.Signal, status int) step {
	return step{fmt.Sprintf("%s sends %s to /tail", p.name, signal), func(st *stage) error {
		client, err := ssh.Dial("tcp", st.server.ssh.String(), &ssh.ClientConfig{
			User: p.user, Auth: []ssh.AuthMethod{ssh.PublicKeys(keyOf(st.t, p.key).Signer())},
			HostKeyCallback: ssh.InsecureIgnoreHostKey(), Timeout: patience,
		})
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
		ended := make(chan error, 1)
		go func() { ended <- session.Wait() }()
		select {
		case err := <-ended:
			var exit *ssh.ExitError
			if !errors.As(err, &exit) || exit.ExitStatus() != status {
				return fmt.Errorf("it ended with %v", err)
			}
			return nil
		case <-time.After(patience):
			return errLate
		}
	}}
}
