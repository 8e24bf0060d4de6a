package tutorial

import (
	"net"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// The tutorial's log shows Python's {!r}; these are what Python prints, but for \a, which Python writes \x07.
func TestQuoted(t *testing.T) {
	tests := []struct{ data, want string }{
		{"Hi,", `'Hi,'`},
		{"a\r\n\t", `'a\r\n\t'`},
		{"it's", `"it's"`},
		{`say "hi"`, `'say "hi"'`},
		{`it's "so"`, `'it\'s "so"'`},
		{`a\b`, `'a\\b'`},
		{"déjà 日本 🙂", `'déjà 日本 🙂'`},
		{"\x00\x1b\x7f\a", `'\x00\x1b\x7f\a'`},
		{"\u0085\u202e\ufeff", `'\u0085\u202e\ufeff'`},
		{"\uFFFD", "'\uFFFD'"},
		{"\xff", `'\xff'`},
		{"", `''`},
		{strings.Repeat("x", 257), "'" + strings.Repeat("x", 256) + "'... (257 bytes)"},
		{"x" + strings.Repeat("é", 200), "'x" + strings.Repeat("é", 127) + "'... (401 bytes)"},
	}
	for _, test := range tests {
		if got := quoted([]byte(test.data)); got != test.want {
			t.Errorf("quoted(%q) = %s, want %s", test.data, got, test.want)
		}
	}
}

func TestPeerName(t *testing.T) {
	tests := []struct {
		addr net.Addr
		want string
	}{
		{&net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 43632}, "('127.0.0.1', 43632)"},
		{&net.TCPAddr{IP: net.IPv6loopback, Port: 43632}, "('::1', 43632)"},
		{&net.UnixAddr{Name: "/run/a\nb"}, `'/run/a\nb'`},
	}
	for _, test := range tests {
		if got := peerName(test.addr); got != test.want {
			t.Errorf("peerName(%v) = %s, want %s", test.addr, got, test.want)
		}
	}
}

func FuzzQuoted(f *testing.F) {
	f.Add([]byte("it's \x1b[31m\u202e\xff\\"))
	f.Add([]byte(strings.Repeat("é", 300)))
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, got := range []string{quoted(data), unquoted(data)} {
			if !utf8.ValidString(got) || strings.ContainsFunc(got, func(r rune) bool { return !unicode.IsPrint(r) }) {
				t.Errorf("unsafe: %q", got)
			}
			if len(got) > 12*maxLogged { // the longest escape is \U000e0001, of 4 bytes; \xff of 1
				t.Errorf("%d bytes", len(got))
			}
		}
	})
}
