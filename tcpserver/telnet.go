package tcpserver

// The bytes of telnet negotiation: RFC 854, and RFC 860 for the timing mark.
const (
	iac  = 255
	dont = 254
	do   = 253
	wont = 252
	will = 251
	sb   = 250
	se   = 240

	optionTimingMark = 6
)

// maxTelnetReplies bounds the answers to one connection, for a peer cannot make
// the server talk to itself for ever.
const maxTelnetReplies = 64

// telnet takes telnet negotiation out of a byte stream, which may come in any
// pieces. It agrees to nothing: DO x is answered WONT x and WILL x is answered
// DONT x, once for each option (RFC 1143: no loops). DO TIMING-MARK must be
// answered whenever it comes: it is, with WONT, as long as replies are left.
type telnet struct {
	state   telnetState
	verb    byte      // do, will, ... while its option is awaited
	asked   [2]bitset // options answered, after WILL and after DO
	replies int
}

type telnetState uint8

const (
	inText     telnetState = iota
	inCommand              // after IAC
	inOption               // after IAC and a verb
	inSub                  // between IAC SB and IAC SE
	inSubAfter             // after IAC within it
)

// filter removes negotiation from data, in place, and appends to reply what is
// to be answered.
func (t *telnet) filter(data, reply []byte) (text, replied []byte) {
	text = data[:0]
	for _, b := range data {
		switch t.state {
		case inText:
			if b == iac {
				t.state = inCommand
			} else {
				text = append(text, b)
			}
		case inCommand:
			t.command(b)
		case inOption:
			reply = t.answer(reply, b)
			t.state = inText
		case inSub:
			if b == iac {
				t.state = inSubAfter
			}
		case inSubAfter:
			if t.state = inSub; b == se {
				t.state = inText
			}
		}
	}
	return text, reply
}

// command goes on after IAC b. IAC IAC would be the byte 255, which is in no
// UTF-8 text: it is dropped, as are commands of one byte.
func (t *telnet) command(b byte) {
	switch b {
	case do, dont, will, wont:
		t.verb, t.state = b, inOption
	case sb:
		t.state = inSub
	default:
		t.state = inText
	}
}

func (t *telnet) answer(reply []byte, option byte) []byte {
	no, seen := byte(dont), &t.asked[0]
	switch t.verb {
	case do:
		no, seen = wont, &t.asked[1]
	case will:
	default:
		return reply // WONT and DONT are what is so already
	}
	again := seen.set(option) && (t.verb != do || option != optionTimingMark)
	if again || t.replies == maxTelnetReplies {
		return reply
	}
	t.replies++
	return append(reply, iac, no, option)
}

// bitset is a set of bytes.
type bitset [4]uint64

// set adds b and reports whether it was there.
func (s *bitset) set(b byte) bool {
	word, bit := &s[b/64], uint64(1)<<(b%64)
	had := *word&bit != 0
	*word |= bit
	return had
}
