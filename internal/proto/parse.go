package proto

import "strings"

// Kind says what a client's line asks for.
type Kind uint8

// The kinds of line, by their first character.
const (
	Empty   Kind = iota // nothing, or spaces only: does nothing
	Public              // text
	Private             // #nick text
	Room                // @room text
	Command             // !name args
)

// Line is a client's line taken apart.
type Line struct {
	Kind   Kind
	Target string // the nick, the room or the command's name; empty for public text
	Text   string // the text as it was given, or the command's arguments
}

// Parse takes a line apart. It never fails: what is missing is empty in the
// result, for the command that needs it to say so.
func Parse(line string) Line {
	if strings.Trim(line, " ") == "" {
		return Line{}
	}
	var kind Kind
	switch line[0] {
	case '#':
		kind = Private
	case '@':
		kind = Room
	case '!':
		kind = Command
	default:
		return Line{Kind: Public, Text: line}
	}
	target, text, _ := strings.Cut(line[1:], " ")
	if kind == Command {
		text = strings.Trim(text, " ")
	}
	return Line{Kind: kind, Target: target, Text: text}
}

// Word takes the first word off args, with the spaces around it, and returns
// the rest as it is from the character after the one space after the word.
func Word(args string) (word, rest string) {
	word, rest, _ = strings.Cut(strings.TrimLeft(args, " "), " ")
	return word, rest
}

// FromSlash turns what a person types at a prompt into a line of the protocol:
// "/word" asks for "!word", and "//text" says "/text". Anything else is as it is.
func FromSlash(line string) string {
	switch {
	case strings.HasPrefix(line, "//"):
		return line[1:]
	case strings.HasPrefix(line, "/"):
		return "!" + line[1:]
	}
	return line
}
