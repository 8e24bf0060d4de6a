package keys

import (
	"crypto/tls"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"time"
)

// Certificate is a TLS certificate with its key, in two PEM files that may be replaced
// while it is in use.
type Certificate struct {
	certFile, keyFile string
	log               *slog.Logger

	mu     sync.Mutex
	pair   *tls.Certificate
	state  [2]fileState // of the files when they were last read
	looked time.Time    // when the files were last checked
}

// fileState is the part of a file's state that shows whether it was replaced.
type fileState struct {
	modified time.Time
	size     int64
}

// lookEvery is the minimum time between two checks of the files. They are checked only
// when a client connects.
const lookEvery = 10 * time.Second

// LoadCertificate reads a certificate and its key. If they cannot be read again later,
// the error is logged and the old certificate stays in use.
func LoadCertificate(certFile, keyFile string, log *slog.Logger) (*Certificate, error) {
	c := &Certificate{certFile: certFile, keyFile: keyFile, log: log, looked: time.Now()}
	c.state = c.files()
	if info, err := os.Stat(keyFile); err == nil && info.Mode().Perm()&0o077 != 0 {
		log.Warn("others on this machine may read the key of the certificate", "file", keyFile, "mode", info.Mode().Perm().String())
	}
	pair, err := tls.LoadX509KeyPair(certFile, keyFile)
	if err != nil {
		return nil, fmt.Errorf("cannot use the certificate %s with the key %s: %w", certFile, keyFile, err)
	}
	c.pair = &pair
	return c, nil
}

// Config returns the configuration of a server that presents the certificate.
func (c *Certificate) Config() *tls.Config {
	return &tls.Config{
		MinVersion:     tls.VersionTLS12,
		GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return c.now(), nil },
	}
}

// now returns the certificate, read again if its files have been replaced.
func (c *Certificate) now() *tls.Certificate {
	c.mu.Lock()
	defer c.mu.Unlock()
	if time.Since(c.looked) < lookEvery {
		return c.pair
	}
	c.looked = time.Now()
	state := c.files()
	if state == c.state {
		return c.pair
	}
	pair, err := tls.LoadX509KeyPair(c.certFile, c.keyFile)
	if err != nil { // perhaps only one of the files has been replaced yet
		c.log.Warn("cannot read the new certificate, the old one stays in use", "file", c.certFile, "error", err)
		return c.pair
	}
	c.pair, c.state = &pair, state
	c.log.Info("certificate read again", "file", c.certFile)
	return c.pair
}

func (c *Certificate) files() (state [2]fileState) {
	for i, name := range []string{c.certFile, c.keyFile} {
		if info, err := os.Stat(name); err == nil {
			state[i] = fileState{info.ModTime(), info.Size()}
		}
	}
	return state
}
