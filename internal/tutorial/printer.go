package tutorial

// What the client prints was chosen by whoever runs the server, or by anyone who may speak through it.
//
//   - For a terminal: text only. Control characters (C0, DEL, C1) are dropped except newline and tab, so no escape
//     sequence can start: the title, the colours, the keyboard and the clipboard stay the user's. CR goes with them,
//     so a line cannot be overwritten by the next. Invalid UTF-8 becomes U+FFFD: bytes 80 to 9F are C1 to some
//     terminals.
//   - Raw, for a pipe or a file: the bytes as they are, for the next program to judge, except that CRLF becomes LF,
//     since a line of text ends so there.
//
// What comes is printed as it comes; only a character, or in raw form a CRLF, that is not whole yet is held back.

import (
	"io"
	"unicode"
	"unicode/utf8"
)

// printer writes what the server sends to out. It is used by one goroutine at a time.
type printer struct {
	out     io.Writer
	raw     bool
	held    []byte // raw: a CR; else: the start of a character, at most 3 bytes
	midLine bool   // what was printed last did not end with a newline
}

// print prints the next data of the server.
func (p *printer) print(data []byte) error {
	data = append(p.held, data...)
	if p.raw {
		return p.write(p.cleanRaw(data))
	}
	return p.write(p.cleanText(data))
}

// notice prints a line of our own, after what was held back, and on a line of its own.
func (p *printer) notice(line string) error {
	rest := p.held
	if len(rest) > 0 && !p.raw {
		rest = []byte("\uFFFD")
	}
	p.held = nil
	if err := p.write(rest); err != nil || line == "" {
		return err
	}
	if p.midLine {
		line = "\n" + line
	}
	return p.write([]byte(line + "\n"))
}

func (p *printer) write(text []byte) error {
	if len(text) == 0 {
		return nil
	}
	p.midLine = text[len(text)-1] != '\n'
	_, err := p.out.Write(text)
	return err
}

// cleanRaw returns data with LF for CRLF. A CR at its end is held: what follows decides.
func (p *printer) cleanRaw(data []byte) (text []byte) {
	p.held = nil
	for i, b := range data {
		switch {
		case b != '\r':
			text = append(text, b)
		case i == len(data)-1:
			p.held = []byte{'\r'}
		case data[i+1] != '\n':
			text = append(text, '\r')
		}
	}
	return text
}

// cleanText returns what of data may go to a terminal. A character that is cut at its end is held.
func (p *printer) cleanText(data []byte) (text []byte) {
	for utf8.FullRune(data) {
		r, size := utf8.DecodeRune(data)
		if r == '\n' || r == '\t' || !unicode.IsControl(r) {
			text = utf8.AppendRune(text, r) // U+FFFD for an invalid byte
		}
		data = data[size:]
	}
	p.held = data
	return text
}
