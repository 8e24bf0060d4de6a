package bench

import (
	"context"
	"io"
	"log/slog"
	"net"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

func TestDetect(t *testing.T) {
	t.Parallel()
	says := func(text string) func(context.Context, net.Listener) error {
		return func(ctx context.Context, ln net.Listener) error {
			defer context.AfterFunc(ctx, func() { ln.Close() })()
			for {
				c, err := ln.Accept()
				if err != nil {
					return unlessDone(ctx, err)
				}
				_, _ = c.Write([]byte(text))
				defer c.Close()
			}
		}
	}
	for text, want := range map[string]Protocol{"SSH-2.0-x\r\n": SSH, "": Raw, "!hello give a nick\r\n": Raw} {
		if got, err := detect(t.Context(), listen(t, says(text))); got != want || err != nil {
			t.Errorf("%q is %q, %v, want %q", text, got, err, want)
		}
	}
}

func TestDetect_NoServer(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ln.Close()
	if _, err := detect(t.Context(), ln.Addr().String()); err == nil || err.Error() != "nobody listens there" {
		t.Error(err)
	}
}

// Several servers that run already are measured side by side, and what they take is
// not known.
func TestAgainst(t *testing.T) {
	t.Parallel()
	z := tiny()
	r, err := Run(t.Context(), Options{
		Sizes: z, Limit: enough, Progress: func(int, int, string) {},
		Against: []string{listen(t, ServePlainTCP), listen(t, ServePlainSSH)},
	})
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []Protocol{Raw, SSH} {
		s := r.Servers[i]
		if s.Protocol != want || s.Baseline || s.Figures["saturated"]["deliveries_per_s"] == nil || s.Figures["paced"]["cpu_us_per_delivery"] != nil {
			t.Errorf("%+v", s)
		}
	}
}

// slowly reads a little at a time.
type slowly struct{ net.Conn }

func (s slowly) Read(b []byte) (int, error) {
	time.Sleep(100 * time.Millisecond)
	return s.Conn.Read(b[:min(len(b), 8)])
}

type slowListener struct{ net.Listener }

func (l slowListener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	return slowly{c}, err
}

// A server that reads slowly is found out before it is measured, and what helps is told.
func TestAgainstSlow(t *testing.T) {
	t.Parallel()
	slow := func(ctx context.Context, ln net.Listener) error { return ServePlainTCP(ctx, slowListener{ln}) }
	_, err := Run(t.Context(), Options{Sizes: tiny(), Limit: enough, Against: []string{listen(t, slow)}})
	if err == nil || !strings.Contains(err.Error(), "64 lines sent at once: no answer in time: 3s\n") || !strings.Contains(err.Error(), "--rate-limit 0") {
		t.Error(err)
	}
}

// What is no chat is told as such, and not as one whose limits are met.
func TestAgainstNoChat(t *testing.T) {
	t.Parallel()
	web := httptest.NewServer(nil)
	defer web.Close()
	echo := func(ctx context.Context, ln net.Listener) error {
		defer context.AfterFunc(ctx, func() { ln.Close() })()
		for {
			c, err := ln.Accept()
			if err != nil {
				return unlessDone(ctx, err)
			}
			go func() { _, _ = io.Copy(c, c) }()
		}
	}
	for addr, want := range map[string]string{
		web.Listener.Addr().String(): ": it is no chat: one client said something, and the server closed the connection, of 2 clients that of 2",
		listen(t, echo):              ": it is no chat: what one client said another did not get",
	} {
		_, err := Run(t.Context(), Options{Sizes: tiny(), Limit: enough, Against: []string{addr}})
		if err == nil || !strings.HasSuffix(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}

// One that speaks TLS is told from one whose limits are met.
func TestAgainstTLS(t *testing.T) {
	t.Parallel()
	s := httptest.NewUnstartedServer(nil)
	s.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, 0)
	s.StartTLS()
	defer s.Close()
	_, err := Run(t.Context(), Options{Sizes: tiny(), Limit: enough, Against: []string{s.Listener.Addr().String()}})
	if err == nil || !strings.HasSuffix(err.Error(), ": it speaks TLS, which is not measured: give a port without it, or the one of ssh") {
		t.Error(err)
	}
}

// A server that does not let everybody in is tried once.
func TestAgainstFull(t *testing.T) {
	t.Parallel()
	full := func(ctx context.Context, ln net.Listener) error {
		return ServePlainTCP(ctx, &door{Listener: ln, lets: func(nth int) bool { return nth <= 4 }}) // as many as try it
	}
	r, err := Run(t.Context(), Options{
		Sizes: tiny(), Limit: enough, Progress: func(int, int, string) {}, Against: []string{listen(t, full)},
	})
	if r != nil || strings.Count(err.Error(), "the server closed the connection") != 1 || strings.Count(err.Error(), noLimits) != 1 {
		t.Errorf("%v, %v", r, err)
	}
}
