package chatcore

// formats holds the formats of a session: the front end's own, and the one in use. A
// change replaces all of it, so that publishers need no lock.
type formats struct {
	own  Format
	json bool
	now  Format // JSON or own
}

func newFormats(own Format, json bool) *formats {
	f := &formats{own: own, json: json, now: own}
	if json {
		f.now = JSON{}
	}
	return f
}

// SetFormat replaces the front end's own format of the session. While "!format json" is
// on, the new format takes effect when JSON is switched off again.
func (s *Session) SetFormat(own Format) {
	s.changeFormats(func(f *formats) *formats { return newFormats(own, f.json) })
}

func (s *Session) changeFormats(change func(*formats) *formats) {
	for {
		before := s.formats.Load()
		if s.formats.CompareAndSwap(before, change(before)) {
			return
		}
	}
}

// SetJSON sets whether the session receives JSON, rather than the front end's own format.
// Errors: [ErrNotOnline], [ErrGoingDown].
func (s *Session) SetJSON(on bool) error {
	c := s.core
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := s.hereLocked(); err != nil {
		return err
	}
	s.heedLocked(-1)
	s.changeFormats(func(f *formats) *formats { return newFormats(f.own, on) })
	s.heedLocked(+1)
	return nil
}

// heedLocked adds n to the count of mention-aware sessions if s is one.
func (s *Session) heedLocked(n int64) {
	if s.mentionAware() {
		s.core.mentionAware.Add(n)
	}
}
