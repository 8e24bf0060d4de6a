package bench

import (
	"strings"
	"testing"
	"time"
)

func TestSizes(t *testing.T) {
	for _, z := range []Sizes{Full(), Quick(), tiny()} {
		if err := z.Check(); err != nil {
			t.Errorf("%+v: %v", z, err)
		}
	}
	for _, tt := range []struct {
		change func(*Sizes)
		want   string
	}{
		{func(z *Sizes) { z.Senders = 257 }, "257 senders: give 1 to 256"},
		{func(z *Sizes) { z.Senders = 0 }, "0 senders: "},
		{func(z *Sizes) { z.SaturatedReceivers = 0 }, "0 receivers: "},
		{func(z *Sizes) { z.IdleSSH = -1 }, "-1 idle connections: "},
		{func(z *Sizes) { z.MessageBytes = 31 }, "31 bytes of a message: give 32 to 1,024"},
		{func(z *Sizes) { z.Seconds = .05 }, "0.050 seconds of talking: give 0.100 to 3,600"},
		{func(z *Sizes) { z.Rate = 0 }, "0 messages a second: "},
		{func(z *Sizes) { z.Window = 0 }, "0 messages under way: "},
		{func(z *Sizes) { z.Senders, z.Window = 8, 7 }, "7 messages under way: give 8 to 1,000,000"},
		{func(z *Sizes) { z.Rounds = 101 }, "101 rounds: "},
	} {
		z := Quick()
		tt.change(&z)
		if err := z.Check(); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%v, want %q", err, tt.want)
		}
	}
}

// Every connection is an open file.
func TestFit(t *testing.T) {
	z := Full()
	if err := z.fit(2000 + spareFiles); err != nil {
		t.Error(err)
	}
	for _, change := range []func(*Sizes){
		func(*Sizes) {},
		func(z *Sizes) { z.IdleRaw, z.IdleSSH = 1, 2000 },
		func(z *Sizes) { z.IdleRaw, z.PacedReceivers = 1, 2000-z.Senders },
		func(z *Sizes) { z.IdleRaw, z.SaturatedReceivers = 1, 2000-z.Senders },
	} {
		z := Full()
		change(&z)
		if err := z.fit(2000 + spareFiles - 1); err == nil || !strings.Contains(err.Error(), "2000 connections do not fit: the limit on open files is 2063 here") {
			t.Error(err)
		}
	}
}

func TestLimit(t *testing.T) {
	o := Options{Sizes: Full(), Limit: time.Minute}
	if err := o.fit(); err == nil || !strings.Contains(err.Error(), "talking alone takes 2m0s, and all may take 1m0s") {
		t.Error(err)
	}
	if _, err := Run(t.Context(), o); err == nil {
		t.Error("it began nevertheless")
	}
	o.Against = []string{"127.0.0.1:1"}
	if err := o.fit(); err != nil {
		t.Error(err)
	}
}
