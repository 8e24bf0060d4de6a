package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"parley/internal/tutorial"
)

// clientConfig says which server the client talks to.
type clientConfig struct {
	Server string `arg:"" optional:"" placeholder:"HOST[:PORT]" help:"The server; 127.0.0.1:8888 unless given."`
	TLS    bool   `name:"tls" help:"Talk over TLS, to a server with --tcp-tls."`
	CA     string `name:"ca" placeholder:"FILE" help:"Talk over TLS, and trust whom this certificate, in PEM, vouches for, and nobody else."`
}

// Run talks to the server until one side ends it.
func (c *clientConfig) Run(ctx context.Context, std streams) error {
	at, err := tutorial.Address(c.Server)
	if err != nil {
		return err
	}
	secure, err := c.secure()
	if err != nil {
		return err
	}
	client := tutorial.Client{In: std.in, Out: std.out, Raw: !terminal(std.out), TLS: secure}
	return client.Run(ctx, at)
}

// secure is whom to trust over TLS; nil for no TLS.
func (c *clientConfig) secure() (*tls.Config, error) {
	switch {
	case c.CA == "" && !c.TLS:
		return nil, nil
	case c.CA == "":
		return &tls.Config{}, nil
	}
	pem, err := os.ReadFile(c.CA)
	if err != nil {
		return nil, fmt.Errorf("cannot read the certificate: %w", err)
	}
	trusted := x509.NewCertPool()
	if !trusted.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("%s holds no certificate in PEM", c.CA)
	}
	return &tls.Config{RootCAs: trusted}, nil
}

// echoConfig says how the echo server behaves.
type echoConfig struct {
	Listen address `default:"127.0.0.1:8888" help:"Where to listen."`
	Once   bool    `help:"Close the connection after one line."`
	Plain  bool    `help:"Send back unchanged what first comes, and close: the tutorial's very first form."`
}

// Validate is called by kong when the flags are read.
func (c *echoConfig) Validate() error {
	if c.Listen == "" {
		return errors.New("--listen is off: there is nothing else to do")
	}
	return nil
}

// Run serves until it is interrupted.
func (c *echoConfig) Run(ctx context.Context, std streams) error {
	ctx, stop := signal.NotifyContext(ctx, syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	ln, err := listener(ctx, "listen", c.Listen)
	if err != nil {
		return err
	}
	fmt.Fprintf(std.out, "Serving on %s\n", ln.Addr())
	echo := tutorial.Echo{Once: c.Once, Plain: c.Plain, Log: std.out}
	return echo.Serve(ctx, ln)
}
