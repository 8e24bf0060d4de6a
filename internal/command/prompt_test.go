package command

import (
	"testing"

	"parley/chatcore"
)

func TestParsePrompt(t *testing.T) {
	nowhere := chatcore.Destination{}
	for _, tt := range []struct {
		typed, is, nick string
		to              chatcore.Destination
	}{
		{"hello", "", "", nowhere},
		{"//hello", "", "", nowhere},
		{"/users", "users", "", nowhere},
		{"!USERS", "users", "", nowhere},
		{"/join dev", "enter", "", nowhere},
		{"/nosuch", "", "", nowhere},
		{"#bob psst", "", "bob", chatcore.Destination{Nick: "bob"}},
		{"#bob", "to", "bob", chatcore.Destination{Nick: "bob"}},
		{"@dev hi", "", "", chatcore.Destination{Room: "dev"}},
		{"@dev", "to", "", chatcore.Destination{Room: "dev"}},
		{"/to #bob", "to", "bob", nowhere},
		{"/to bob", "to", "", nowhere}, // it may be a room
		{"/msg bob psst", "msg", "bob", nowhere},
		{"/W #bob psst", "msg", "bob", nowhere},
		{"/whois bob", "whois", "", nowhere},
		{"#bob one\ntwo", "", "bob", chatcore.Destination{Nick: "bob"}},
		{"@dev one\n#bob two", "", "", chatcore.Destination{Room: "dev"}},
		{"/quit\n/quit", "", "", nowhere},
		{"#b\x1bob psst", "", "bob", chatcore.Destination{Nick: "bob"}},
	} {
		c := ParsePrompt(tt.typed)
		if got := c.Nick(); got != tt.nick {
			t.Errorf("%q is for %q, want %q", tt.typed, got, tt.nick)
		}
		if got := c.Destination(); got != tt.to {
			t.Errorf("%q goes to %+v, want %+v", tt.typed, got, tt.to)
		}
		is := ""
		if c.command != nil {
			is = c.command.Name
		}
		if is != tt.is || is != "" && !c.Is(is) {
			t.Errorf("%q is %q, want %q", tt.typed, is, tt.is)
		}
	}
}
