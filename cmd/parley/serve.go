package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/url"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"parley/internal/app"
	"parley/internal/input"
	"parley/internal/netguard"
	"parley/internal/proto"
	"parley/internal/safetext"
	"parley/keys"
)

// listenConfig is where a server listens.
type listenConfig struct {
	SSH  address `name:"ssh" default:":2222" help:"Where to listen for ssh, or off."`
	TCP  address `name:"tcp" default:":8888" help:"Where to listen for the raw line protocol, or off. It is not encrypted."`
	HTTP address `name:"http" default:"off" help:"Where to serve /healthz and /metrics, or off."`

	ProxyProtocol []network `name:"proxy-protocol" placeholder:"CIDR,..." help:"Proxies in front of ssh and tcp, which say in a PROXY header for whom they connect."`
}

// maxName is how many characters of the server's name are shown.
const maxName = 64

// serveConfig is the configuration of a server. 0 or off turns a limit off.
type serveConfig struct {
	listenConfig
	Data string `default:"./parley-data" help:"The data folder: it holds the host key and event ids, and is made if need be."`
	Name string `default:"parley" help:"The server's name, for its greeting."`
	MOTD string `name:"motd" placeholder:"FILE" help:"A file with the message of the day."`

	Guests   bool    `default:"true" negatable:"" help:"Let people without an ssh key in."`
	TCPTLS   keyPair `name:"tcp-tls" placeholder:"CERT,KEY" help:"Raw port: TLS, with this certificate and key, two PEM files. They are read again when they are replaced."`
	TCPHints bool    `name:"tcp-hints" help:"Raw port: ask for a nick at connect, and say why one is refused."`

	MaxLine     size      `default:"4096" help:"Maximum bytes in a line."`
	Outbox      size      `default:"256KiB" help:"Maximum bytes that wait for a session before it is closed."`
	RateLimit   frequency `default:"5/s" help:"Lines that one session may send; faster input is read later."`
	RateBurst   limit     `default:"10" help:"Lines that one session may send at once."`
	MaxSessions limit     `default:"10000" help:"Maximum concurrent sessions."`
	MaxPerIP    limit     `name:"max-per-ip" default:"32" help:"Maximum concurrent connections from one address (IPv6: one /64)."`
	MaxUnauth   limit     `default:"100" help:"Maximum concurrent connections that have not logged in; 4 from one address."`
	ConnectRate frequency `default:"60/m" help:"New connections from one address."`
	BytesPerIP  size      `name:"bytes-per-ip" default:"32KiB" help:"Bytes a second that connections of one address may say together; faster input is read later. Off with --rate-limit 0."`
	Drain       period    `default:"10s" help:"Maximum time to stop."`

	LogLevel  logLevel  `default:"info" help:"Minimum level to log: debug, info, warn or error."`
	LogFormat logFormat `default:"text" help:"The format of the log: text or json."`
}

// Help is what --help says below the flags' own words.
func (*serveConfig) Help() string {
	return "Each flag may be given in the environment instead, under the name shown with it; the flag wins. " +
		"0 or off turns a limit off. Sizes are such as 4096, 256KiB or 1MiB, rates such as 5/s, 60/m or 100/h, times such as 10s or 1m."
}

// Run runs the server until it is told to stop.
func (c *serveConfig) Run(ctx context.Context, std streams) error {
	log := c.logger(std)
	slog.SetDefault(log)               // for faults that the ssh library logs
	signals := make(chan os.Signal, 2) // from now on: a server may be stopped as soon as it says that it listens
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	defer signal.Stop(signals)
	o, created, err := c.options(log)
	if err != nil {
		return err
	}
	s, err := app.New(o)
	if err != nil {
		return err
	}
	on, err := c.listen(ctx)
	if err != nil {
		return err
	}
	c.logStart(s, on, created)
	if terminal(std.out) {
		c.greet(std.out, s, on)
	}
	ctx, hurry, done := obey(ctx, signals, log)
	defer done()
	go app.TrimMemory(ctx)
	return s.Run(ctx, hurry, on)
}

// options returns the configuration of the server, and whether its host key was made.
func (c *serveConfig) options(log *slog.Logger) (o app.Options, created bool, err error) {
	o = app.Options{
		Log: log, Data: c.Data, Name: safetext.Label(c.Name, maxName), Guests: c.Guests, Hints: c.TCPHints, Proxies: prefixes(c.ProxyProtocol),
		Guard: c.guard(), Input: c.input(), BytesPerIP: c.bytesPerIP(), MaxSessions: int(c.MaxSessions), Outbox: int(c.Outbox),
		Drain: time.Duration(c.Drain),
	}
	if o.MOTD, err = c.readMOTD(); err != nil {
		return o, false, err
	}
	if o.HostKey, created, err = c.hostKey(); err != nil {
		return o, false, err
	}
	o.TLS, err = c.tls(log)
	return o, created, err
}

func (c *serveConfig) logger(std streams) *slog.Logger {
	o := &slog.HandlerOptions{Level: slog.Level(c.LogLevel)}
	if c.LogFormat == "json" {
		return slog.New(slog.NewJSONHandler(std.err, o))
	}
	return slog.New(slog.NewTextHandler(std.err, o))
}

// readMOTD reads the message of the day: lines of safe text.
func (c *serveConfig) readMOTD() (string, error) {
	if c.MOTD == "" {
		return "", nil
	}
	b, err := os.ReadFile(c.MOTD)
	if err != nil {
		return "", fmt.Errorf("cannot read the message of the day: %w", err)
	}
	lines := strings.Split(strings.TrimRight(string(b), "\r\n"), "\n")
	for i, l := range lines {
		lines[i] = safetext.Text(l)
	}
	return strings.Join(lines, "\n"), nil
}

// hostKeyFile is the name of the host key in the data folder.
const hostKeyFile = "host_ed25519"

// hostKey reads the host key, and makes it when the server starts for the first
// time, which created tells. Without ssh there is none.
func (c *serveConfig) hostKey() (key keys.HostKey, created bool, err error) {
	err = makeDataFolder(c.Data)
	if c.SSH == "" {
		return key, false, nil // without a folder the server says that it does not keep event ids
	}
	if err != nil {
		return key, false, err
	}
	return keys.LoadOrCreateHostKey(filepath.Join(c.Data, hostKeyFile))
}

// tls is the configuration of TLS on the raw port; nil for none.
func (c *serveConfig) tls(log *slog.Logger) (*tls.Config, error) {
	if c.TCPTLS == (keyPair{}) {
		return nil, nil
	}
	certificate, err := keys.LoadCertificate(c.TCPTLS.cert, c.TCPTLS.key, log)
	if err != nil {
		return nil, err
	}
	return certificate.Config(), nil
}

func makeDataFolder(path string) error {
	err := os.MkdirAll(path, 0o700)
	if err == nil {
		return nil
	}
	var part *fs.PathError // names the part of path that failed
	if errors.As(err, &part) {
		err = part.Err
	}
	return fmt.Errorf("cannot make the data folder %s: %w: choose another with --data", path, err)
}

// input returns what a session may send.
func (c *serveConfig) input() input.Limits {
	if c.RateBurst == 0 {
		return input.Limits{MaxLine: int(c.MaxLine)} // any number may come at once
	}
	return input.Limits{MaxLine: int(c.MaxLine), Rate: c.RateLimit.rate(), Burst: int(c.RateBurst)}
}

// bytesPerIP returns how many bytes a second an address may say; 0 for no limit.
func (c *serveConfig) bytesPerIP() int {
	if c.RateLimit.rate() == 0 || c.RateBurst == 0 {
		return 0
	}
	return int(c.BytesPerIP)
}

// guard returns who may connect.
func (c *serveConfig) guard() netguard.Limits {
	return netguard.Limits{
		PerAddress:      int(c.MaxPerIP),
		Unauthenticated: int(c.MaxUnauth),
		ConnectRate:     c.ConnectRate.rate(),
		ConnectBurst:    max(1, c.ConnectRate.count),
	}
}

// Validate is called by kong when the flags are read.
func (c *serveConfig) Validate() error {
	switch {
	case c.SSH == "" && c.TCP == "":
		return errors.New("--ssh and --tcp are both off: nobody could connect")
	case c.TCP == "" && c.TCPTLS != keyPair{}:
		return errors.New("--tcp-tls is given and --tcp is off: leave one of them out")
	case int(c.MaxLine) > proto.MaxRun:
		return fmt.Errorf("--max-line is %d bytes: at most %d", c.MaxLine, proto.MaxRun)
	}
	return nil
}

// listener opens a listening socket. Errors name the flag that chooses another address.
func listener(ctx context.Context, flag string, at address) (net.Listener, error) {
	ln, err := app.Listen(ctx, string(at))
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, fmt.Errorf("cannot listen on %s: the port is in use: stop what uses it, or choose another with --%s", at, flag)
	}
	if err != nil {
		return nil, fmt.Errorf("cannot listen on %s: %w: choose another address with --%s", at, cause(err), flag)
	}
	return ln, nil
}

// cause is what an error of a connection or a listener says beyond the address,
// which the message it goes into names.
func cause(err error) error {
	var network *net.OpError
	if errors.As(err, &network) {
		return network.Err
	}
	var request *url.Error
	if errors.As(err, &request) {
		return request.Err
	}
	return err
}
