package main

import (
	"context"
	"io"
	"log/slog"
	"net"
	"regexp"
	"strings"
	"testing"
	"time"

	"golang.org/x/time/rate"

	"parley/internal/app"
	"parley/internal/input"
	"parley/internal/netguard"
	"parley/internal/proto"
	"parley/keys"
)

// limited starts a parley with limits, which lasts as long as the test.
func limited(t *testing.T, limits input.Limits, guard netguard.Limits) (raw, ssh string) {
	t.Helper()
	key, err := keys.NewHostKey()
	if err != nil {
		t.Fatal(err)
	}
	limits.MaxLine = proto.DefaultMaxLine
	s, err := app.New(app.Options{
		Log: slog.New(slog.DiscardHandler), HostKey: key, Guests: true,
		Input: limits, Guard: guard, Outbox: app.DefaultOutbox, Drain: time.Second,
	})
	if err != nil {
		t.Fatal(err)
	}
	on := app.Listeners{SSH: local(t), TCP: local(t)}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error)
	go func() { ended <- s.Run(ctx, ctx, on) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return on.TCP.Addr().String(), on.SSH.Addr().String()
}

func local(t *testing.T) net.Listener {
	t.Helper()
	ln, err := app.Listen(t.Context(), anyPort)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = ln.Close() })
	return ln
}

// upperCase starts a server that is not a chat: it answers everyone alone.
func upperCase(t *testing.T) (addr string) {
	ln := local(t)
	go func() {
		for {
			c, err := ln.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				b := make([]byte, 1024)
				for {
					n, err := c.Read(b)
					if err != nil {
						return
					}
					_, _ = io.WriteString(c, strings.ToUpper(string(b[:n])))
				}
			}()
		}
	}()
	return ln.Addr().String()
}

// nowhere returns an address where no program listens.
func nowhere(t *testing.T) (addr string) {
	ln := local(t)
	_ = ln.Close()
	return ln.Addr().String()
}

// A server whose limits would be measured is refused, and the error says what to do.
// What was measured before it is printed.
func TestRun_AgainstAServerThatCannotBeMeasured(t *testing.T) {
	const hint = `\nparley-bench: if that is a limit of a server of yours, start it with: parley serve --max-per-ip 0 --connect-rate 0 --max-unauth 0 --max-sessions 0 --rate-limit 0\n\z`
	slowLines, _ := limited(t, input.Limits{Rate: 5, Burst: 10}, netguard.Limits{})
	fewConns, fewLogins := limited(t, input.Limits{}, netguard.Limits{PerAddress: 12, ConnectRate: rate.Inf})
	for _, tt := range []struct {
		name, addr, flags string
		out, err          string // patterns; ADDR stands for the address
	}{
		{"no chat", upperCase(t), "", `\A\z`, `\Aparley-bench: cannot measure ADDR: it is no chat: what one client said another did not get\n\z`},
		{"not there", nowhere(t), "", `\A\z`, `\Aparley-bench: cannot measure ADDR: nobody listens there\n\z`},
		{"a limit on lines", slowLines, "--quick", `\A\z`, `\Aparley-bench: cannot measure ADDR: 256 lines sent at once: no answer in time: 3s` + hint},
		{
			"a limit on connections", fewConns, "--quick --idle 10 --receivers 20",
			`(?s)  deliveries per second +-\n.*  connections per second +[0-9,]+\n`,
			`parley-bench: ADDR: paced: connection [0-9]+ of 24 to ADDR: the server closed the connection` + hint,
		},
		{
			"a limit on logins", fewLogins, "--quick --idle 20 --receivers 5", `\A\z`,
			`parley-bench: ADDR: connect and idle: connection [0-9]+ of 20 to ADDR: the server closed the connection\nparley-bench: if that is `,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var out, err strings.Builder
			args := append(strings.Fields(tt.flags), "--against", tt.addr)
			if status := run(t.Context(), args, streams{strings.NewReader(""), &out, &err}); status != exitFailed {
				t.Errorf("status %d", status)
			}
			for got, want := range map[string]string{out.String(): tt.out, err.String(): tt.err} {
				if !regexp.MustCompile(strings.ReplaceAll(want, "ADDR", regexp.QuoteMeta(tt.addr))).MatchString(got) {
					t.Errorf("%q, want %s", got, want)
				}
			}
		})
	}
}
