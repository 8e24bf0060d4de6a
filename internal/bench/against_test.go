package bench

import (
	"context"
	"net"
	"strings"
	"testing"
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

func TestDetectNobody(t *testing.T) {
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
		Sizes: z, Limit: longest, Progress: func(int, int, string) {},
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

// A server that reads slowly is found out before it is measured, and what helps is told.
func TestAgainstSlow(t *testing.T) {
	t.Parallel()
	_, err := Run(t.Context(), Options{Sizes: tiny(), Limit: longest, Against: []string{listen(t, answering(2))}})
	if err == nil || !strings.Contains(err.Error(), "21 lines sent at once: no answer in time: 3s\n") || !strings.Contains(err.Error(), "--rate-limit 0") {
		t.Error(err)
	}
}

// A server that does not let everybody in is tried once.
func TestAgainstFull(t *testing.T) {
	t.Parallel()
	full := func(ctx context.Context, ln net.Listener) error {
		defer context.AfterFunc(ctx, func() { ln.Close() })()
		for n := 0; ; n++ {
			c, err := ln.Accept()
			if err != nil {
				return unlessDone(ctx, err)
			}
			if n >= 2 { // the first finds out what it is, the second how fast
				c.Close()
				continue
			}
			defer c.Close()
			_, _ = c.Write([]byte(strings.Repeat(noRooms, 22)))
		}
	}
	r, err := Run(t.Context(), Options{
		Sizes: tiny(), Limit: longest, Progress: func(int, int, string) {}, Against: []string{listen(t, full)},
	})
	if r != nil || strings.Count(err.Error(), "the server closed the connection") != 1 || strings.Count(err.Error(), noLimits) != 1 {
		t.Errorf("%v, %v", r, err)
	}
}
