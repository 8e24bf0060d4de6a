package terminal

import (
	"testing"

	"parley/chatcore"
)

func TestUnreadTag(t *testing.T) {
	in := func(room string, n int) chatcore.Unread {
		return chatcore.Unread{Place: chatcore.Destination{Room: room}, N: n}
	}
	from := func(nick string, n int) chatcore.Unread {
		return chatcore.Unread{Place: chatcore.Destination{Nick: nick}, N: n}
	}
	public := chatcore.Unread{N: 5}
	for _, tt := range []struct {
		name string
		all  []chatcore.Unread
		want string
	}{
		{"nothing", nil, ""},
		{"a room", []chatcore.Unread{in("dev", 1)}, " [1 dev]"},
		{"someone", []chatcore.Unread{from("bob", 2)}, " [2 bob]"},
		{"everyone", []chatcore.Unread{public}, " [5 public]"},
		{"three places", []chatcore.Unread{public, in("dev", 99), from("bob", 100)}, " [5 public, 99 dev, 99+ bob]"},
		{"more are counted", []chatcore.Unread{in("a", 1), in("b", 2), in("c", 3), in("d", 4)}, " [1 a, 2 b, 3 c, +1]"},
		{"however many", []chatcore.Unread{in("a", 1), in("b", 2), in("c", 30_000), in("d", 4), public, from("e", 1)}, " [1 a, 2 b, 99+ c, +3]"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := unreadTag(tt.all); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestFitting(t *testing.T) {
	in := func(rooms ...string) (all []chatcore.Unread) {
		for _, room := range rooms {
			all = append(all, chatcore.Unread{Place: chatcore.Destination{Room: room}, N: 60})
		}
		return all
	}
	for _, tt := range []struct {
		all   []chatcore.Unread
		width int
		want  string
	}{
		{nil, 0, ""},
		{in("dev"), 27, " [60 dev]"},
		{in("dev"), 26, " [60]"},
		{in("开发"), 30, " [60 开发]"}, // columns are counted, not characters
		{in("开发"), 29, " [60]"},
		{in("dev", "ops"), 20, " [99+]"},
	} {
		i := &Session{width: tt.width}
		if got := i.fitting(tt.all); got != tt.want {
			t.Errorf("%v in %d columns: %q, want %q", tt.all, tt.width, got, tt.want)
		}
	}
}
