package main

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"parley/keys"
)

// hostkeyConfig says which host key to show, and for which address.
type hostkeyConfig struct {
	Data     string `default:"./parley-data" help:"The data folder with the host key."`
	Generate bool   `help:"Make the key. It is an error if there is one."`
	Host     string `default:"localhost" env:"PARLEY_HOSTKEY_HOST" help:"The name guests use, for the known_hosts line."`
	// Not PARLEY_PORT: Kubernetes sets that, to an address, if there is a service named parley.
	Port uint16 `default:"2222" env:"PARLEY_HOSTKEY_PORT" help:"The port guests use, for the known_hosts line."`
}

// Run shows the fingerprint and the line for known_hosts.
func (c *hostkeyConfig) Run(std streams) error {
	key, err := c.key()
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(std.out, "%s\n%s\n", key.Fingerprint(), key.KnownHosts(c.Host, int(c.Port)))
	return err
}

func (c *hostkeyConfig) key() (keys.HostKey, error) {
	path := filepath.Join(c.Data, hostKeyFile)
	if c.Generate {
		if err := makeDataFolder(c.Data); err != nil {
			return keys.HostKey{}, err
		}
		return keys.CreateHostKey(path)
	}
	key, err := keys.LoadHostKey(path)
	if errors.Is(err, fs.ErrNotExist) {
		return key, fmt.Errorf("no host key at %s: the server makes one when it first starts, or make it with --generate", path)
	}
	return key, err
}
