package sshserver

import (
	"strings"

	"parley/chatcore"
	"parley/internal/proto"
)

// recipient is the one person a line is for. It is fixed when the line is entered, whatever
// happens before its turn: another person may take the nick, or write privately.
type recipient struct {
	who chatcore.Correspondent
	err error // there was no such nick
}

// recipientOf returns the person a line names. For a reply, it is the last person who had
// written privately when the line was begun.
func (i *interactive) recipientOf(line string) (to recipient) {
	if nick := nickIn(line); nick != "" {
		to.who, to.err = i.chat.Person(nick)
		return to
	}
	i.locked(func() { to.who = i.begun })
	return to
}

// nickIn returns the nick of the one person a line names.
func nickIn(line string) string {
	if isCommand(line) {
		l := proto.Parse(proto.FromSlash(line))
		word, _ := proto.Word(l.Text)
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
	if l := proto.Parse(first); l.Kind == proto.Private {
		return l.Target
	}
	return ""
}

// whisper says text to the recipient of the line being carried out.
func (i *interactive) whisper(text string) error {
	if i.to.err != nil {
		return i.to.err
	}
	return i.chat.Reply(i.to.who, text)
}

// talkToPerson switches to the recipient of the line being carried out.
func (i *interactive) talkToPerson() error {
	if i.to.err != nil {
		return i.to.err
	}
	return i.chat.GoToCorrespondent(i.to.who)
}
