package netguard

import (
	"bytes"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestGuard_HintsAtAGateway(t *testing.T) {
	const hint = "most connections come from one private address"
	for _, tt := range []struct {
		name   string
		from   string // of them with %d for the number of the port
		open   int    // connections from there
		others int    // connections from elsewhere, each from another address
		limits Limits
		hints  int
	}{
		{"a Docker gateway", "172.17.0.1:%d", 8, 0, Limits{PerAddress: 8}, 1},
		{"an IPv6 gateway", "[fd00::1]:%d", 8, 0, Limits{PerAddress: 8}, 1},
		{"the machine itself", "127.0.0.1:%d", 8, 7, Limits{PerAddress: 8}, 1},
		{"a link", "[fe80::1%%eth0]:%d", 8, 7, Limits{PerAddress: 8}, 1},
		{"newcomers come too fast", "10.0.2.2:%d", 5, 0, Limits{ConnectRate: 1e-9, ConnectBurst: 5}, 1},
		{"too many log in at once", "192.168.65.1:%d", 4, 0, Limits{Unauthenticated: 100}, 1},
		{"carrier-grade NAT", "100.64.0.1:%d", 8, 0, Limits{PerAddress: 8}, 1},
		{"the last address of it", "100.127.255.254:%d", 8, 0, Limits{PerAddress: 8}, 1},
		{"carrier-grade NAT, as IPv6", "[::ffff:100.64.0.1]:%d", 8, 0, Limits{PerAddress: 8}, 1},
		{"just below it", "100.63.255.255:%d", 8, 0, Limits{PerAddress: 8}, 0},
		{"just above it", "100.128.0.1:%d", 8, 0, Limits{PerAddress: 8}, 0},
		{"a public address", "203.0.113.7:%d", 8, 0, Limits{PerAddress: 8}, 0},
		{"one of Tor's circuits", "[fc00:dead:beef:4dad::1]:%d", 8, 0, Limits{PerAddress: 8}, 0},
		{"half come from elsewhere", "172.17.0.1:%d", 8, 8, Limits{PerAddress: 8}, 0},
		{"one person", "10.0.0.1:%d", 3, 0, Limits{PerAddress: 3}, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var log bytes.Buffer
				g := New(tt.limits, slog.New(slog.NewTextHandler(&log, nil)))
				for n := range tt.others {
					admits(t, g, dial(text(fmt.Sprintf("198.51.100.%d:1", n))))
				}
				socket := func(n int) *socket { return dial(text(fmt.Sprintf(tt.from, n))) }
				for n := range tt.open {
					admits(t, g, socket(1+n))
				}
				if strings.Contains(log.String(), hint) {
					t.Error("it hints while all are let in")
				}
				for n := range 3 {
					if c, _ := g.admit(socket(1000+n), untold); c != nil {
						t.Error("not refused")
					}
					time.Sleep(2 * time.Second) // refusals are logged once a second
				}
				if got := strings.Count(log.String(), hint); got != tt.hints {
					t.Errorf("%d hints, not %d: %s", got, tt.hints, log.String())
				}
			})
		})
	}
}
