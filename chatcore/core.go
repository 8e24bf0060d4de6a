package chatcore

import (
	"slices"
	"sync"
	"sync/atomic"
)

// Options are the limits of a Core.
type Options struct {
	MaxSessions int // sessions at once; 0 means no limit
	Outbox      int // bytes owed to one session at most; 0 means no limit
	// RoomsOfAddress is how many rooms there are at most that were made from one address; 0
	// means no limit. Whoever lists rooms pays for the bytes of the list, and an address
	// may have many sessions.
	RoomsOfAddress int

	// Fault is told of a panic in a format, which ends the sessions that use it. It
	// is called with locks of the core held; nil tells nobody.
	Fault func(Fault)
}

// maxRooms is how many rooms one user may be in, so that what one user can make
// the server hold is bounded.
const maxRooms = 100

// Core is one chat: who is online, which rooms exist, who hears what.
type Core struct {
	options      Options
	public       channel
	seq          atomic.Uint64
	said         [3]atomic.Uint64 // messages, by EventKind up to Emoted
	delivered    atomic.Uint64    // messages put into outboxes
	historyBytes atomic.Int64     // bytes kept of what was said, in all places
	renames      atomic.Uint64
	long         atomic.Int64 // bytes of long frames in outboxes
	mentionAware atomic.Int64 // sessions that may show a mention differently; changes under mu

	private sync.Mutex // guards the lists of conversations of all users

	mu          lock
	serial      uint64           // of the last user
	users       map[string]*User // by the key of the nick
	holds       holds            // the nicks of users who were put off
	departed    departed         // users who left
	online      roster           // the users that can be talked to
	rooms       map[string]*room // by the key of the name
	lives       uint64           // of rooms, so far
	made        map[string]int   // how many rooms there are that were made from an address
	listed      []*room          // those that have members, sorted by their names without case
	sessions    map[*Session]struct{}
	asking      int        // sessions that asked for notices
	withNotices []*channel // spaces with news to tell
	closed      map[Reason]uint64
	down        bool
}

// New returns an empty chat.
func New(o Options) *Core {
	return &Core{
		options:  o,
		users:    make(map[string]*User),
		rooms:    make(map[string]*room),
		sessions: make(map[*Session]struct{}),
		made:     make(map[string]int),
		closed:   make(map[Reason]uint64),
	}
}

// JoinRequest is a connection that wants to talk.
type JoinRequest struct {
	Nick     string
	Identity string // proven identity; empty for a guest
	From     string // the address it comes from, for limits of an address; empty where there is none
	Kind     Kind
	Format   Format
	// Watch is the one room a Tail session hears, without being in it; empty for
	// the public space.
	Watch string
	// NewReceiver returns the front end's side of the new session. It is called
	// before anything is owed, under the rules of Receiver.
	NewReceiver func(*Session) Receiver
}

// Join makes a session of an arrival: under a nick nobody has, or one more
// session of the same identity under the nick it has already. Errors:
// [ErrInvalidNick], [ErrNickInUse], [ErrTooMany], [ErrGoingDown], [ErrNoRoom].
func (c *Core) Join(a JoinRequest) (*Session, error) {
	name, err := checkNick(a.Nick)
	if err != nil {
		return nil, err
	}
	watch := seek(a.Watch)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.down {
		return nil, ErrGoingDown.with(stopping)
	}
	if m := c.options.MaxSessions; m > 0 && len(c.sessions) >= m {
		return nil, ErrTooMany.with("the server is full, try again later")
	}
	var watching *room
	if a.Watch != "" {
		if watching, err = c.roomLocked(watch); err != nil {
			return nil, err
		}
	}
	u, ok := c.ownerLocked(name)
	switch {
	case !ok, u != nil && (a.Identity == "" || a.Identity != u.identity):
		return nil, ErrNickInUse.with(name.nick)
	case u == nil:
		if held := c.holds.against(name, a.Identity); held != nil {
			return nil, held.refusal(name.nick)
		}
		u = c.newUserLocked(name, a)
	}
	s := &Session{core: c, user: u, kind: a.Kind, out: outbox{limit: c.options.Outbox, long: &c.long}, done: make(chan struct{})}
	s.formats.Store(newFormats(a.Format, false))
	if s.kind == Interactive {
		s.unread = new(unread)
	}
	s.receiver = a.NewReceiver(s)
	c.sessions[s] = struct{}{}
	s.heedLocked(+1)
	_, before := u.listeners()
	u.sessions = append(u.sessions, s)
	if s.kind.receives() {
		c.online.add(u)
	}
	switch {
	case watching != nil:
		s.watchLocked(watching)
	case s.kind.receives():
		c.public.add(s)
		for _, r := range u.rooms {
			r.add(s)
		}
	}
	if s.kind.announcesPresence() && before == 0 {
		c.reportLocked(&c.public, u, func(n *notices) { n.joinLocked(u) })
	}
	return s, nil
}

// ownerLocked finds who has a nick that is n or looks like it; nil where nobody has.
// It is not ok where two have: n looks like the one, and is spelled like the other.
func (c *Core) ownerLocked(n name) (u *User, ok bool) {
	a, b := c.users[n.key], c.users[n.drawn]
	if a == nil {
		a = b
	}
	return a, b == nil || a == b
}

// leave is the one way out, for whatever reason: what the session held is freed.
func (c *Core) leave(s *Session) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, ok := c.sessions[s]; !ok {
		return
	}
	delete(c.sessions, s)
	s.out.release()
	end := *s.ending.Load()
	c.closed[end.reason]++
	s.heedLocked(-1)
	if s.notices.Load() {
		c.asking--
	}
	u := s.user
	c.public.remove(s)
	for _, r := range u.sorted {
		r.remove(s)
	}
	c.unwatchLocked(s)
	u.sessions = slices.DeleteFunc(u.sessions, func(t *Session) bool { return t == s })
	all, loud := u.listeners()
	if all == 0 {
		c.online.remove(u)
		c.exitAllLocked(u, end.told())
	}
	if loud == 0 && s.kind.announcesPresence() {
		c.reportLocked(&c.public, u, func(n *notices) { n.leaveLocked(u, end.told()) })
	}
	if len(u.sessions) == 0 {
		c.disownLocked(u)
		c.departed.add(u)
		if end.heldFor(u) {
			c.holds.add(u)
		}
		c.promptPartnersLocked(u)
		c.forgetConversations(u)
	}
}

// stopping is why nothing is done any more after [Core.Shutdown].
const stopping = "the server is stopping"

// Shutdown tells every session text, which is the last word, and ends it: each front
// end then writes what is owed and closes. Nobody can join or say anything any more.
func (c *Core) Shutdown(text string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.down = true
	c.public.waitForPublishers()
	for _, r := range c.rooms {
		r.waitForPublishers()
	}
	for s := range c.sessions {
		s.lastWord(text)
		s.end(ending{reason: Shutdown})
	}
}
