package proto

// End ends every line of the server.
const End = "\r\n"

// AppendPublic appends "nick: text" and the line's end to dst.
func AppendPublic(dst []byte, nick, text string) []byte {
	return appendLine(dst, nick, ": ", text)
}

// AppendRoom appends "@room nick: text" and the line's end to dst.
func AppendRoom(dst []byte, room, nick, text string) []byte {
	return appendLine(dst, "@", room, " ", nick, ": ", text)
}

// AppendPrivate appends "#nick: text" and the line's end to dst.
func AppendPrivate(dst []byte, nick, text string) []byte {
	return appendLine(dst, "#", nick, ": ", text)
}

// AppendEvent appends "* text", or "@room * text" if room is not empty, and the
// line's end to dst: an event or an emote.
func AppendEvent(dst []byte, room, text string) []byte {
	if room == "" {
		return appendLine(dst, "* ", text)
	}
	return appendLine(dst, "@", room, " * ", text)
}

// AppendError appends "!error what: detail" and the line's end to dst.
func AppendError(dst []byte, what, detail string) []byte {
	return appendLine(dst, "!error ", what, ": ", detail)
}

// AppendNote appends "! text" and the line's end to dst.
func AppendNote(dst []byte, text string) []byte {
	return appendLine(dst, "! ", text)
}

// AppendAnswer appends items with spaces between, and the line's end, to dst: the one
// line that answers !users, !rooms and !members.
func AppendAnswer(dst []byte, items []string) []byte {
	for i, item := range items {
		if i > 0 {
			dst = append(dst, ' ')
		}
		dst = append(dst, item...)
	}
	return append(dst, End...)
}

func appendLine(dst []byte, parts ...string) []byte {
	for _, p := range parts {
		dst = append(dst, p...)
	}
	return append(dst, End...)
}
