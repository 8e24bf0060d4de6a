package tutorial

// What the echo server's log shows of a client is chosen by that client. So nothing of it reaches the log raw: what
// is not printable (control characters, invisible formatting, invalid UTF-8) is escaped, and it is cut at maxLogged.

import (
	"bytes"
	"fmt"
	"net"
	"strconv"
	"unicode"
	"unicode/utf8"
)

// maxLogged is how many bytes of one piece of data the log shows: three terminal lines, enough to recognise it.
const maxLogged = 256

const noQuote rune = -1

// quoted shows data as the tutorial's server does with Python's {!r}: in single quotes, or in double quotes when only
// a single quote is inside.
func quoted(data []byte) string {
	shown, more := cut(data)
	quote := byte('\'')
	if bytes.IndexByte(shown, '\'') >= 0 && bytes.IndexByte(shown, '"') < 0 {
		quote = '"'
	}
	return string(quote) + escaped(shown, rune(quote)) + string(quote) + more
}

// unquoted shows data escaped but without quotes, as the tutorial's "Current buffer" is.
func unquoted(data []byte) string {
	shown, more := cut(data)
	return escaped(shown, noQuote) + more
}

// cut returns the start of data that is shown, and a note of the whole size when that is not all.
func cut(data []byte) (shown []byte, more string) {
	if len(data) <= maxLogged {
		return data, ""
	}
	end := maxLogged
	for back := 1; back < utf8.UTFMax && !utf8.RuneStart(data[end]); back++ {
		end-- // not in the middle of a character
	}
	return data[:end], fmt.Sprintf("... (%d bytes)", len(data))
}

// escaped replaces in data what is not printable, the backslash and the quote by Go's escapes, which are Python's
// wherever both have one.
func escaped(data []byte, quote rune) string {
	var out []byte
	for len(data) > 0 {
		r, size := utf8.DecodeRune(data)
		switch {
		case r == utf8.RuneError && size == 1:
			out = fmt.Appendf(out, `\x%02x`, data[0])
		case r == quote || r == '\\':
			out = append(out, '\\', byte(r))
		case unicode.IsPrint(r):
			out = utf8.AppendRune(out, r)
		default:
			q := strconv.AppendQuoteRuneToASCII(nil, r)
			out = append(out, q[1:len(q)-1]...)
		}
		data = data[size:]
	}
	return string(out)
}

// peerName shows a client's address as Python shows a peername: ('127.0.0.1', 43632).
func peerName(addr net.Addr) string {
	if tcp, ok := addr.(*net.TCPAddr); ok {
		ap := tcp.AddrPort()
		return fmt.Sprintf("('%s', %d)", ap.Addr().Unmap(), ap.Port())
	}
	return quoted([]byte(addr.String()))
}
