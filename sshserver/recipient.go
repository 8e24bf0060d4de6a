package sshserver

import (
	"strings"

	"parley/chatcore"
	"parley/internal/lineproto"
)

// recipient is the one person a line is for, as it was when the line was entered:
// whoever has the nick, or has written, when its turn comes.
type recipient struct {
	who chatcore.Correspondent
	err error // nobody had that nick
}

// recipientOf is the person a line names, or else, for a reply, who had last written
// when the line was begun.
func (i *interactive) recipientOf(line string) (to recipient) {
	if nick := nickIn(line); nick != "" {
		to.who, to.err = i.chat.Person(nick)
		return to
	}
	i.locked(func() { to.who = i.begun })
	return to
}

// nickIn is the nick of the one person a line names.
func nickIn(line string) string {
	if isCommand(line) {
		l := lineproto.Parse(lineproto.FromSlash(line))
		word, _ := lineproto.Word(l.Text)
		nick, sign := strings.CutPrefix(word, "#")
		switch name := canonical(l.Target); {
		case name == "msg":
			return strings.TrimLeft(word, "#@")
		case name == "to" && sign:
			return nick
		}
		return ""
	}
	first, _, _ := strings.Cut(line, "\n")
	if l := lineproto.Parse(first); l.Kind == lineproto.Private {
		return l.Target
	}
	return ""
}

// whisper says text to the person the line being carried out names.
func (i *interactive) whisper(text string) error {
	if i.to.err != nil {
		return i.to.err
	}
	return i.chat.Reply(i.to.who, text)
}

// talkToPerson talks to the person the line being carried out names.
func (i *interactive) talkToPerson() error {
	if i.to.err != nil {
		return i.to.err
	}
	return i.chat.GoToCorrespondent(i.to.who)
}
