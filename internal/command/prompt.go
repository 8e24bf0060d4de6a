package command

import (
	"strings"

	"parley/chatcore"
	"parley/internal/proto"
	"parley/internal/safetext"
)

// ParsePrompt parses what a person has entered at a prompt: "/name" is a command, as
// "!name" is, and "//text" says "/text". A text of several lines is no command: it was
// pasted.
func ParsePrompt(typed string) Call {
	if strings.Contains(typed, "\n") {
		first, _, _ := strings.Cut(typed, "\n")
		l := proto.Parse(first)
		return Call{line: proto.Line{Kind: l.Kind, Target: safetext.Text(l.Target), Text: typed}, prompt: true, several: true}
	}
	c := Call{line: proto.Parse(safetext.Text(proto.FromSlash(typed))), prompt: true, slash: strings.HasPrefix(typed, "/")}
	switch {
	case c.line.Kind == proto.Command:
		c.command = FindPrompt(c.line.Target)
	case c.line.Target != "" && strings.Trim(c.line.Text, " ") == "": // @room or #nick alone: talk there
		c.command = FindPrompt("to")
		c.line.Text = safetext.Text(typed)
	}
	return c
}

// IsCommand reports whether a line entered at a prompt is a command.
func IsCommand(typed string) bool {
	if strings.Contains(typed, "\n") || strings.HasPrefix(typed, "//") {
		return false
	}
	return strings.HasPrefix(typed, "/") || strings.HasPrefix(typed, "!")
}

// Is reports whether the call is a command of that name.
func (c *Call) Is(name string) bool { return c.command != nil && c.command.Name == name }

// Destination returns the room or the nick that the line begins with, as @room or #nick.
func (c *Call) Destination() chatcore.Destination {
	switch c.line.Kind {
	case proto.Private:
		return chatcore.Destination{Nick: c.line.Target}
	case proto.Room:
		return chatcore.Destination{Room: c.line.Target}
	}
	return chatcore.Destination{}
}

// Nick returns the nick of the one person the call names, or "". The person who has it when the
// line is entered is [Call.Person].
func (c *Call) Nick() string {
	if c.line.Kind == proto.Private {
		return c.line.Target
	}
	word, _ := proto.Word(c.args())
	switch nick, sign := strings.CutPrefix(word, "#"); {
	case c.Is("msg"):
		return strings.TrimLeft(word, "#@")
	case c.Is("to") && sign:
		return nick
	}
	return ""
}

// sayLines says a text of several lines, in the destination that its first line names.
func (c *Call) sayLines(s *chatcore.Session) error {
	if c.line.Kind == proto.Private && c.line.Target == "" {
		return ErrUsage.With(whisperUsage)
	}
	sent := c.line.Text
	if c.line.Kind == proto.Private || c.line.Kind == proto.Room {
		first, rest, _ := strings.Cut(sent, "\n")
		sent = proto.Parse(first).Text + "\n" + rest
	}
	text, err := chatcore.NewText(sent)
	switch {
	case err != nil:
		return err
	case c.line.Kind == proto.Private:
		return c.whisper(s, text)
	case c.line.Kind == proto.Room:
		return s.SayTo(chatcore.Destination{Room: c.line.Target}, text)
	}
	return s.SayHere(text)
}
