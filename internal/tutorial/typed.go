package tutorial

import "strings"

// quitCommand is the line that ends the client.
const quitCommand = "/quit"

// typedText turns what a person types, in pieces of any size, into what goes to the server: newlines as CRLF, and without
// the line /quit. A piece goes on at once, except the start of a line that can still become /quit: it is held until
// it does or no longer can.
type typedText struct {
	held    []byte // a beginning of "/quit\r\n" or "/quit\n", at the start of a line
	midLine bool   // something of the current line has gone to the server
	cr      bool   // the last byte to the server was a CR: the LF after it needs none
}

// next takes the next piece and returns what goes to the server, and whether /quit was typed. What follows /quit is
// ignored.
func (t *typedText) next(piece []byte) (send []byte, quit bool) {
	for _, b := range piece {
		if !t.midLine {
			t.held = append(t.held, b)
			if t.isQuit() {
				return send, true
			}
			if t.mayBeQuit() {
				continue
			}
			send = t.release(send)
		} else {
			send = t.append(send, b)
		}
	}
	return send, false
}

// end is the end of input: it returns what was held back, and whether it is /quit: the last line of a file needs no
// newline to count.
func (t *typedText) end() (send []byte, quit bool) {
	if line := strings.TrimSuffix(string(t.held), "\r"); line == quitCommand {
		return nil, true
	}
	return t.release(nil), false
}

func (t *typedText) isQuit() bool {
	return string(t.held) == quitCommand+"\n" || string(t.held) == quitCommand+"\r\n"
}

func (t *typedText) mayBeQuit() bool {
	return strings.HasPrefix(quitCommand+"\r\n", string(t.held))
}

// release appends what was held back to send.
func (t *typedText) release(send []byte) []byte {
	for _, b := range t.held {
		send = t.append(send, b)
	}
	t.held = t.held[:0]
	return send
}

// append appends one byte to send, a newline as CRLF unless its CR is there already.
func (t *typedText) append(send []byte, b byte) []byte {
	if b == '\n' && !t.cr {
		send = append(send, '\r')
	}
	t.cr = b == '\r'
	t.midLine = b != '\n'
	return append(send, b)
}
