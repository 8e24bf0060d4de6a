package tcpserver

import (
	"bufio"
	"io"
	"net"
	"testing"
	"time"

	"parley/internal/input"
)

// A terminal shows guests with a mark, and some people type it.
func TestNickLineForgivesTheMarkOfAGuest(t *testing.T) {
	addr, _ := serve(t, input.Limits{MaxLine: 4096})
	for _, tt := range []struct{ first, answer string }{
		{"~bob\n!whois bob\n", "! bob is a guest\r\n"},
		{"~Éva\r\n!whois ~éva\n", "! Éva is a guest\r\n"},
		{"~averylongnicknamehere\n!whois averylongnicknamehere\n", "! averylongnicknamehere is a guest\r\n"},
		{"~\n", ""},
		{"~~bob\n", ""},
		{"b~ob\n", ""},
		{" ~bob\n", ""},
		{"~ bob\n", ""},
	} {
		t.Run(tt.first, func(t *testing.T) {
			nc, err := net.Dial("tcp", addr)
			if err != nil {
				t.Fatal(err)
			}
			defer nc.Close()
			_ = nc.SetDeadline(time.Now().Add(10 * time.Second))
			if _, err := io.WriteString(nc, tt.first); err != nil {
				t.Fatal(err)
			}
			got, err := bufio.NewReader(nc).ReadString('\n')
			if got != tt.answer || (err == nil) != (tt.answer != "") {
				t.Errorf("%q, %v; want %q", got, err, tt.answer)
			}
		})
	}
}
