package sshserver

import (
	"encoding/json"
	"strings"
)

// heard is an event that the bot receives.
type heard struct {
	Type, From, Identity, Room, Text string
	Mention                          bool
}

// hear returns what the bot receives, up to a line.
func (st *stage) hear(last string) (all []heard) {
	st.t.Helper()
	for line := range strings.SplitAfterSeq(string(st.bot.play(st.t, last+`"`, "\r\n")), "\r\n") {
		if line == "" {
			break
		}
		var e heard
		if err := json.Unmarshal([]byte(line), &e); err != nil {
			st.t.Fatalf("%v: %q", err, line)
		}
		for part := range strings.SplitSeq(e.Text, "\n") {
			harmless(st.t, "the bot", part)
		}
		switch e.Type {
		case "message", "private", "emote":
			all = append(all, e)
		}
	}
	return all
}

// onTerminal returns what an interactive session shows of e, in one colour. A message that
// mentions Ann is bold, and the sequence for that separates a character from the one before it.
func (e heard) onTerminal() string {
	name, place := e.From, ""
	if e.Identity == "" {
		name = "~" + name
	}
	if e.Room != "" {
		place = "[" + e.Room + "] "
	}
	begin := ""
	if e.Mention || e.Type == "private" {
		begin = "\x1b[m"
	}
	text := " " + begin + e.Text
	if strings.Contains(e.Text, "\n") {
		text = "\r\n    " + begin + strings.ReplaceAll(e.Text, "\n", "\r\n    "+begin)
	}
	switch e.Type {
	case "private":
		return "hh:mm " + name + " → you:" + text + "\r\n"
	case "emote":
		return place + "* " + name + text + "\r\n"
	}
	return "hh:mm " + place + name + ":" + text + "\r\n"
}

// asLines returns what others receive of e on the raw port.
func (e heard) asLines() (lines string) {
	place := ""
	if e.Room != "" {
		place = "@" + e.Room + " "
	}
	switch e.Type {
	case "private":
		return ""
	case "emote":
		return place + "* " + e.From + " " + e.Text + "\r\n"
	}
	for text := range strings.SplitSeq(e.Text, "\n") {
		lines += place + e.From + ": " + text + "\r\n"
	}
	return lines
}
