package terminal

import (
	"testing"

	"parley/internal/render"
)

func TestNewSettings(t *testing.T) {
	const all = render.Bell | render.OSC9
	for _, tt := range []struct {
		name, term string
		env        map[string]string
		zone       string
		plain      bool
		colour     bool
		means      render.AlertCaps
	}{
		{"a terminal of today", "xterm-256color", nil, "UTC", false, true, all},
		{"one without colours", "vt100", nil, "UTC", false, false, render.Bell},
		{"one whose cursor cannot be moved", "dumb", nil, "UTC", true, false, render.Bell},
		{"one without a name", "", nil, "UTC", true, false, render.Bell},
		{"no colours are wanted", "xterm", map[string]string{"NO_COLOR": "1"}, "UTC", false, false, all},
		{"NO_COLOR that is empty says nothing", "xterm", map[string]string{"NO_COLOR": ""}, "UTC", false, true, all},
		{"a zone", "xterm", map[string]string{"TZ": "Europe/Berlin"}, "Europe/Berlin", false, true, all},
		{"a zone as POSIX writes it", "xterm", map[string]string{"TZ": ":Europe/Berlin"}, "Europe/Berlin", false, true, all},
		{"no such zone", "xterm", map[string]string{"TZ": "Moon/Crisium"}, "UTC", false, true, all},
		{"no name of a zone", "xterm", map[string]string{"TZ": ":"}, "UTC", false, true, all},
		{"a file", "xterm", map[string]string{"TZ": ":/etc/localtime"}, "UTC", false, true, all},
		{"the server's zone", "xterm", map[string]string{"TZ": "Local"}, "UTC", false, true, all},
		{"rules of POSIX", "xterm", map[string]string{"TZ": "CET-1CEST,M3.5.0,M10.5.0/3"}, "UTC", false, true, all},
		{"no zone", "xterm", map[string]string{"TZ": ""}, "UTC", false, true, all},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newSettings(render.TerminalOf(tt.term), tt.env)
			if s.zone.String() != tt.zone || s.plain != tt.plain || s.colour != tt.colour || s.means != tt.means {
				t.Errorf("settings %+v", s)
			}
			if s.clock != render.HourMinute || s.notify != render.NotifyMention || !s.notices {
				t.Errorf("settings %+v", s)
			}
		})
	}
}

func TestSettings_PlainTerminalsHaveNoColourAndOnlyTheBell(t *testing.T) {
	s := newSettings(render.TerminalOf("xterm"), nil)
	s.plain = true
	if st := s.style(); st.Colour || st.Means != render.Bell {
		t.Errorf("style %+v", st)
	}
	s.plain = false
	if st := s.style(); !st.Colour || st.Means != render.Bell|render.OSC9 {
		t.Errorf("and back: style %+v", st)
	}
}
