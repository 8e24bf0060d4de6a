package main

import (
	"fmt"
	"log/slog"
	"net"
	"strconv"
	"strings"
	"time"

	"golang.org/x/time/rate"
)

// address is where to listen: HOST:PORT, or "off". The zero value is off.
type address string

// off is how an address, or a limit, is turned off.
const off = "off"

// UnmarshalText implements [encoding.TextUnmarshaler].
func (a *address) UnmarshalText(text []byte) error {
	s := string(text)
	if s == off {
		*a = ""
		return nil
	}
	_, port, err := net.SplitHostPort(s)
	if err != nil {
		return fmt.Errorf("%q is not an address: give HOST:PORT, :PORT or off", s)
	}
	if _, err := strconv.ParseUint(port, 10, 16); err != nil {
		return fmt.Errorf("%q is not an address: the port is a number up to 65535", s)
	}
	*a = address(s)
	return nil
}

// limit is a number that 0 or "off" turns off.
type limit int

// UnmarshalText implements [encoding.TextUnmarshaler].
func (l *limit) UnmarshalText(text []byte) error {
	s := string(text)
	if s == off {
		*l = 0
		return nil
	}
	n, err := strconv.ParseInt(s, 10, 32)
	if err != nil || n < 0 {
		return fmt.Errorf("%q is not a limit: give a number, or 0 or off for none", s)
	}
	*l = limit(n)
	return nil
}

// size is a number of bytes, such as 4096, 64KiB or 1MiB; 0 or "off" is none.
type size int

// UnmarshalText implements [encoding.TextUnmarshaler].
func (z *size) UnmarshalText(text []byte) error {
	s := string(text)
	if s == off {
		*z = 0
		return nil
	}
	digits, unit := strings.TrimRight(s, "BKMiGkb"), 1
	switch s[len(digits):] {
	case "", "B":
	case "KiB", "K":
		unit = 1 << 10
	case "MiB", "M":
		unit = 1 << 20
	default:
		digits = ""
	}
	const most = 1 << 30
	n, err := strconv.ParseInt(digits, 10, 32)
	if err != nil || n < 0 || n*int64(unit) > most {
		return fmt.Errorf("%q is not a size: give bytes, KiB or MiB, such as 256KiB, or 0 or off for no limit", s)
	}
	*z = size(n) * size(unit)
	return nil
}

// frequency is how often something may happen, such as 5/s or 60/m; 0 or "off"
// is no limit.
type frequency struct {
	count int
	every time.Duration
}

// UnmarshalText implements [encoding.TextUnmarshaler].
func (f *frequency) UnmarshalText(text []byte) error {
	s := string(text)
	if s == off || s == "0" {
		*f = frequency{}
		return nil
	}
	count, unit, _ := strings.Cut(s, "/")
	every, known := map[string]time.Duration{"s": time.Second, "m": time.Minute, "h": time.Hour}[unit]
	n, err := strconv.ParseInt(count, 10, 32)
	if err != nil || n < 0 || !known {
		return fmt.Errorf("%q is not a rate: give a number a second, minute or hour, such as 5/s or 60/m, or 0 or off for no limit", s)
	}
	*f = frequency{int(n), every}
	return nil
}

// period is how long something may take, such as 10s; 0 or "off" is no limit.
type period time.Duration

// UnmarshalText implements [encoding.TextUnmarshaler].
func (p *period) UnmarshalText(text []byte) error {
	s := string(text)
	if s == off {
		*p = 0
		return nil
	}
	d, err := time.ParseDuration(s)
	if err != nil || d < 0 {
		return fmt.Errorf("%q is not a time: give a number and its unit, such as 10s or 1m, or 0 or off for no limit", s)
	}
	*p = period(d)
	return nil
}

// logLevel is the least level that is logged.
type logLevel slog.Level

// UnmarshalText implements [encoding.TextUnmarshaler].
func (l *logLevel) UnmarshalText(text []byte) error {
	if err := (*slog.Level)(l).UnmarshalText(text); err != nil {
		return fmt.Errorf("%q is not a log level: give debug, info, warn or error", text)
	}
	return nil
}

// logFormat is how the log is written: text or json.
type logFormat string

// UnmarshalText implements [encoding.TextUnmarshaler].
func (f *logFormat) UnmarshalText(text []byte) error {
	switch *f = logFormat(text); *f {
	case "text", "json":
		return nil
	}
	return fmt.Errorf("%q is not a log format: give text or json", text)
}

// rate is the frequency as a limit of that many a second; 0 means none.
func (f frequency) rate() rate.Limit {
	if f.count == 0 {
		return 0
	}
	return rate.Limit(float64(f.count) / f.every.Seconds())
}
