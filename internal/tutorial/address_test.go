package tutorial

import (
	"strings"
	"testing"
)

func TestAddress(t *testing.T) {
	tests := []struct{ in, want string }{
		{"", "127.0.0.1:8888"},
		{"example.org", "example.org:8888"},
		{"example.org:23", "example.org:23"},
		{":9", "127.0.0.1:9"},
		{"10.0.0.1", "10.0.0.1:8888"},
		{"10.0.0.1:65535", "10.0.0.1:65535"},
		{"::1", "[::1]:8888"},
		{"[::1]", "[::1]:8888"},
		{"[::1]:9", "[::1]:9"},
		{"fe80::1%eth0", "[fe80::1%eth0]:8888"},
		{"::ffff:10.0.0.1", "[::ffff:10.0.0.1]:8888"},
	}
	for _, test := range tests {
		if got, err := Address(test.in); got != test.want || err != nil {
			t.Errorf("Address(%q) = %q, %v, want %q", test.in, got, err, test.want)
		}
	}
}

func TestAddressErrors(t *testing.T) {
	tests := []struct{ in, want string }{
		{"host:", `bad port "" in "host:"`},
		{":", `bad port "" in ":"`},
		{"host:0", `bad port "0" in "host:0"`},
		{"host:65536", `bad port "65536"`},
		{"host:-1", `bad port "-1"`},
		{"host:+1", `bad port "+1"`},
		{"host:telnet", `bad port "telnet"`},
		{"[::1]:x", `bad port "x"`},
		{"[::1]:", `bad port ""`},
		{"a:1:2", `bad address "a:1:2"`},
		{"[::1", `bad address "[::1"`},
		{"[host]:1", `bad address "[host]:1"`},
		{"[]", `bad address "[]"`},
		{"[::1]1", `bad address "[::1]1"`},
	}
	for _, test := range tests {
		got, err := Address(test.in)
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("Address(%q) = %q, %v, want an error with %s", test.in, got, err, test.want)
		}
	}
}
