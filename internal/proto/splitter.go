package proto

import "bytes"

const (
	// DefaultMaxLine is the longest line in bytes a client may send unless told
	// otherwise, without its line ending.
	DefaultMaxLine = 4096
	// MaxRun is how many bytes may come without a newline, in bytes, before the
	// connection is not worth keeping.
	MaxRun = 1 << 20
)

// Found says what [Splitter.Next] met.
type Found uint8

const (
	// NeedMore: no whole line is left in the data.
	NeedMore Found = iota
	// Whole: a line.
	Whole
	// TooLong: the line under way has passed the limit. Reported once a line, as
	// soon as it is known; the rest of that line is skipped.
	TooLong
	// Endless: more than [MaxRun] bytes came without a newline, which has been
	// reported as TooLong before. Nothing else is reported from then on.
	Endless
)

// Splitter cuts a byte stream into lines, and carries out [Backspace] and [Delete]. It
// keeps at most one partial line, of at most its limit, and nothing at all between lines.
// The zero value is not ready; use [NewSplitter].
type Splitter struct {
	max     int    // bytes in a line, without its ending
	partial []byte // the start of a line whose end has not come
	returns int    // CRs that came after partial was full: part of the ending, if LF is next
	run     int    // bytes seen since the last newline
	skip    bool   // the line under way was too long
}

// NewSplitter returns a Splitter for lines of at most max bytes without their
// ending; 0 or less means no limit but [MaxRun].
func NewSplitter(max int) *Splitter {
	if max <= 0 || max > MaxRun {
		max = MaxRun
	}
	return &Splitter{max: max}
}

// Next takes the first line off data and returns it without its ending (LF, and the CRs
// before it) along with the data after it. A [Backspace] or [Delete] erases the character
// before it in the same line. The line may share memory with data, and with nothing else.
// Call it again with rest until it says [NeedMore]; data is then used up.
func (s *Splitter) Next(data []byte) (line, rest []byte, found Found) {
	if s.run > MaxRun {
		return nil, nil, Endless
	}
	for len(data) > 0 {
		end := bytes.IndexByte(data, '\n')
		if end < 0 {
			return nil, nil, s.keep(data)
		}
		part, rest := data[:end], data[end+1:]
		if s.run += len(part); s.run > MaxRun {
			return nil, nil, s.endless()
		}
		skipped := s.skip
		line, fits := s.finish(part)
		switch {
		case skipped:
			data = rest // the end of a line already reported
		case !fits:
			return nil, rest, TooLong
		default:
			return line, rest, Whole
		}
	}
	return nil, nil, NeedMore
}

// Skip counts n bytes that are no part of any line, without a newline: it returns
// [Endless] if there are too many of them, else [NeedMore].
func (s *Splitter) Skip(n int) Found {
	if s.run += n; s.run > MaxRun {
		s.partial = nil
		return Endless
	}
	return NeedMore
}

// endless lets go of what was kept of a line. That it is too long comes first, where it
// has not been reported.
func (s *Splitter) endless() Found {
	if s.skip {
		return Endless
	}
	return s.tooLong()
}

// tooLong lets go of what was kept of a line: the rest of it is skipped.
func (s *Splitter) tooLong() Found {
	s.partial, s.returns, s.skip = nil, 0, true
	return TooLong
}

// finish joins the end of a line to what was kept of it and starts afresh. It returns
// false if the line is too long.
func (s *Splitter) finish(part []byte) (line []byte, fits bool) {
	switch {
	case s.skip:
	case len(s.partial) == 0 && !erases(part): // it need not be kept
		line = bytes.TrimRight(part, "\r")
		fits = len(line) <= s.max
	default:
		fits = s.add(part)
		line = bytes.TrimRight(s.partial, "\r")
	}
	s.partial, s.returns, s.run, s.skip = nil, 0, 0, false
	return line, fits
}

// keep keeps data that has no newline, or skips it when the line is too long.
func (s *Splitter) keep(data []byte) Found {
	if s.run += len(data); s.run > MaxRun {
		return s.endless()
	}
	if s.skip || s.add(data) {
		return NeedMore
	}
	return s.tooLong()
}

// add adds to the line under way, and carries out what erases. It returns false if the line
// was too long at any time.
func (s *Splitter) add(part []byte) (fits bool) {
	for {
		at := bytes.IndexAny(part, erasers)
		if at < 0 {
			return s.append(part)
		}
		if !s.append(part[:at]) {
			return false
		}
		s.erase()
		part = part[at+1:]
	}
}

// append adds what erases nothing. It returns false if the line is too long then.
func (s *Splitter) append(part []byte) (fits bool) {
	text := bytes.TrimRight(part, "\r")
	if len(text) > 0 && len(s.partial)+len(text) > s.max-s.returns {
		return false
	}
	kept := min(len(part), s.max-len(s.partial))
	s.partial = append(s.partial, part[:kept]...)
	s.returns += len(part) - kept
	return true
}

// erase erases the last character of the line under way.
func (s *Splitter) erase() {
	if s.returns > 0 {
		s.returns--
		return
	}
	s.partial = s.partial[:lastCharacter(s.partial)]
}
