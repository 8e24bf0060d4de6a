package terminal

import (
	"fmt"
	"strings"
	"time"

	"parley/chatcore"
	"parley/internal/command"
	"parley/internal/render"
	"parley/internal/safetext"
)

// settings are a person's preferences for a terminal session.
type settings struct {
	zone    *time.Location
	clock   render.Clock
	notify  render.Notify
	notices bool
	plain   bool
	colour  bool
	means   render.AlertCaps

	unknownZone string // the time zone the client gave, if it is unknown
}

// newSettings returns the settings that fit the terminal and the environment.
func newSettings(t render.Terminal, env map[string]string) settings {
	s := settings{zone: time.UTC, notices: true, plain: !t.Moves, colour: t.Colour && env["NO_COLOR"] == "", means: t.Means}
	if name := strings.TrimPrefix(env["TZ"], ":"); name != "" {
		zone, err := findZone(name)
		if err != nil {
			s.unknownZone = safetext.Label(name, safetext.MaxName)
			return s
		}
		s.zone = zone
	}
	return s
}

// style returns the style that the settings make.
func (s *settings) style() render.Style {
	means := s.means
	if s.plain {
		means &= render.Bell
	}
	return render.Style{Zone: s.zone, Clock: s.clock, Colour: s.colour && !s.plain, Emphasis: !s.plain, Notify: s.notify, Means: means}
}

// setting is one row of the table of settings.
type setting struct {
	name, values, description string
	get                       func(*settings) string
	set                       func(s *settings, value string) bool // false: no such value
}

var allSettings = []setting{
	{"tz", "Area/City, +5:30, UTC", "your time zone",
		func(s *settings) string { return s.zone.String() },
		func(s *settings, value string) bool {
			zone, err := findZone(value)
			if err == nil {
				s.zone = zone
			}
			return err == nil
		}},
	choice("time", "the time of messages", func(s *settings) *render.Clock { return &s.clock },
		named[render.Clock]{{"off", render.NoClock}, {"hm", render.HourMinute}, {"hms", render.HourMinuteSecond}}),
	choice("notify", "what rings the bell", func(s *settings) *render.Notify { return &s.notify },
		named[render.Notify]{{"off", render.NotifyOff}, {"private", render.NotifyPrivate}, {"mention", render.NotifyMention}, {"all", render.NotifyAll}}),
	choice("notices", "who comes and goes", func(s *settings) *bool { return &s.notices }, onAndOff),
	choice("plain", "for screen readers", func(s *settings) *bool { return &s.plain }, onAndOff),
	choice("colour", "colours", func(s *settings) *bool { return &s.colour }, onAndOff),
}

// named lists the values of a setting and their names.
type named[T comparable] []struct {
	name  string
	value T
}

var onAndOff = named[bool]{{"off", false}, {"on", true}}

// choice returns a setting that has one of a few values.
func choice[T comparable](name, description string, of func(*settings) *T, values named[T]) setting {
	var names []string
	for _, v := range values {
		names = append(names, v.name)
	}
	return setting{
		name: name, values: strings.Join(names, "|"), description: description,
		get: func(s *settings) string {
			for _, v := range values {
				if v.value == *of(s) {
					return v.name
				}
			}
			return ""
		},
		set: func(s *settings, value string) bool {
			for _, v := range values {
				if v.name == strings.ToLower(value) {
					*of(s) = v.value
					return true
				}
			}
			return false
		},
	}
}

func findSetting(name string) (setting, bool) {
	switch strings.ToLower(name) {
	case "color":
		name = "colour"
	case "bell":
		name = "notify"
	}
	for _, s := range allSettings {
		if strings.EqualFold(s.name, name) {
			return s, true
		}
	}
	return setting{}, false
}

// set lists the settings, explains one, or changes one.
func (i *Session) set(r command.Set) error {
	if r.Name == "" {
		for _, s := range allSettings {
			i.say(i.settingLine(s))
		}
		i.say("/set NAME VALUE changes one.")
		return nil
	}
	s, ok := findSetting(r.Name)
	switch {
	case !ok:
		return &chatcore.Error{What: "no such setting", Detail: safetext.Label(r.Name, safetext.MaxName) + " (/set lists them)"}
	case r.Value == "":
		i.say(i.settingLine(s))
		return nil
	}
	return i.change(s, r.Value)
}

func (i *Session) settingLine(s setting) (line string) {
	i.locked(func() {
		line = fmt.Sprintf("%-8s %-14s %-21s %s", s.name, s.get(&i.settings), s.description, s.values)
	})
	return line
}

// change changes a setting and applies it.
func (i *Session) change(s setting, value string) error {
	after := i.settings // only this goroutine changes them
	if !s.set(&after, value) {
		return &chatcore.Error{What: "no such value", Detail: fmt.Sprintf("%s for %s, which is %s", safetext.Label(value, safetext.MaxName), s.name, s.values)}
	}
	i.apply(after)
	i.say(s.name + " is " + s.get(&after) + " now.")
	return nil
}

// apply puts new settings into effect.
func (i *Session) apply(after settings) {
	i.locked(func() {
		before := i.settings
		i.settings = after
		i.seen-- // the prompt may have other colours
		if before.plain != after.plain {
			i.switchPlain(after.plain)
		}
	})
	i.chat.SetFormat(after.style())
	i.chat.SetNotices(after.notices)
	i.chat.SetEcho(!after.plain)
}

// switchPlain changes how the line is shown. i.mu is held.
func (i *Session) switchPlain(plain bool) {
	i.switched = i.editor.Leave(i.switched)
	if plain {
		i.switched = append(i.switched, pasteOff...)
	} else {
		i.switched = append(i.switched, pasteOn...)
	}
	i.editor.SetPlain(plain)
}

// style returns the current style of the session.
func (i *Session) style() (s render.Style) {
	i.locked(func() { s = i.settings.style() })
	return s
}
