package lineproto

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

// Splitter cuts a byte stream into lines. It keeps at most one partial line, of
// at most its limit, and nothing at all between lines. The zero value is not
// ready; use [NewSplitter].
type Splitter struct {
	max     int    // bytes in a line, without its ending
	partial []byte // the start of a line whose end has not come
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

// Next takes the first line off data and returns it without its ending (LF, or
// CR LF) along with the data after it. The line may share memory with data, and
// with nothing else. Call it again with rest
// until it says [NeedMore]; data is then used up.
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
			return nil, nil, s.tooLong(Endless)
		}
		skipped := s.skip
		line := s.finish(part)
		switch {
		case skipped:
			data = rest // the end of a line already reported
		case len(line) > s.max:
			return nil, rest, TooLong
		default:
			return line, rest, Whole
		}
	}
	return nil, nil, NeedMore
}

// Skip counts n bytes that are no part of any line, without a newline: it returns
// [Endless] where there are too many of them, else [NeedMore].
func (s *Splitter) Skip(n int) Found {
	if s.run += n; s.run > MaxRun {
		s.partial = nil
		return Endless
	}
	return NeedMore
}

// tooLong lets go of what was kept of a line. It reports that, or, where that has
// been reported, what was found since.
func (s *Splitter) tooLong(since Found) Found {
	s.partial = nil
	if s.skip {
		return since
	}
	s.skip = true
	return TooLong
}

// finish joins the end of a line to what was kept of it and starts afresh.
func (s *Splitter) finish(part []byte) []byte {
	line := part
	if len(s.partial) > 0 {
		line = append(s.partial, part...)
	}
	s.partial, s.run, s.skip = nil, 0, false
	return bytes.TrimSuffix(line, []byte{'\r'})
}

// keep stores data that has no newline, or skips it when the line is too long.
func (s *Splitter) keep(data []byte) Found {
	if s.run += len(data); s.run > MaxRun {
		return s.tooLong(Endless)
	}
	// One byte more than the limit may still be the CR of a line that fits.
	n := len(s.partial) + len(data)
	if s.skip || n > s.max+1 || n == s.max+1 && data[len(data)-1] != '\r' {
		return s.tooLong(NeedMore)
	}
	s.partial = append(s.partial, data...)
	return NeedMore
}
