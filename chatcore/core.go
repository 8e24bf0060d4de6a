package chatcore

import (
	"math"
	"slices"
	"sync"
	"sync/atomic"

	"parley/chatcore/policy"
)

// Options are the limits of a Core.
type Options struct {
	MaxSessions int // at once; 0 means no limit
	Outbox      int // bytes waiting for one session; 0 means no limit
	// RoomsOfAddress is the maximum number of existing rooms made from one address; 0 means
	// no limit. Every session that lists rooms pays for the bytes of the list, and an
	// address may have many sessions.
	RoomsOfAddress int

	// FirstEvent is the id of the first event; 0 means 1. Ids from it on must never have
	// been used on this server.
	FirstEvent EventID
	// Journal is offered each event that is published; nil keeps nothing.
	Journal Journal

	// Fault is told of a panic in a format, which ends the sessions that use it. It is
	// called with locks of the core held. It may be nil.
	Fault func(Fault)
}

// Journal keeps events for longer than a session lasts.
type Journal interface {
	// Add is offered an event, in the critical section that gives it its id. It must return
	// at once and must not change the event: what it cannot take, it drops.
	Add(*Event)
}

// maxRooms is the maximum number of rooms one user may be in. It bounds what one user can
// make the server hold.
const maxRooms = 100

// Core is one chat: the users online, the rooms, and the subscribers of each channel.
type Core struct {
	options      Options
	public       channel
	lastEvent    atomic.Uint64    // the number of the last event
	reserved     atomic.Uint64    // the first id that must not be used
	said         [3]atomic.Uint64 // messages, by EventKind up to Emoted
	delivered    atomic.Uint64    // messages put into outboxes
	historyBytes atomic.Int64     // bytes of history, in all rooms and conversations
	renames      atomic.Uint64
	long         atomic.Int64 // bytes of long frames in outboxes
	mentionAware atomic.Int64 // sessions that may show a mention differently; changes under mu

	private sync.Mutex // guards the lists of conversations of all users

	mu          lock
	serial      uint64           // of the last user
	users       map[string]*User // by the key of the nick
	holds       holds            // nicks of users whose connection failed
	departed    departed         // users who left
	online      roster           // users who can be talked to
	rooms       map[string]*room // by the key of the name
	lives       uint64           // rooms made so far
	made        map[string]int   // existing rooms, by the address they were made from
	listed      []*room          // rooms with members, sorted by name without case
	sessions    map[*Session]struct{}
	asking      int        // sessions that asked for notices
	withNotices []*channel // channels with notices to send
	closed      map[Reason]uint64
	down        bool
}

// New returns an empty chat.
func New(o Options) *Core {
	c := &Core{
		options:  o,
		users:    make(map[string]*User),
		rooms:    make(map[string]*room),
		sessions: make(map[*Session]struct{}),
		made:     make(map[string]int),
		closed:   make(map[Reason]uint64),
	}
	c.lastEvent.Store(uint64(max(o.FirstEvent, 1) - 1))
	c.reserved.Store(math.MaxUint64)
	return c
}

// JoinRequest is the request of a connection to join the chat.
type JoinRequest struct {
	Nick     string
	Identity Principal
	From     string // the client's address, for limits per address; empty if it has none
	Kind     Kind
	Format   Format
	// Watch is the one room that a Tail session receives, without being in it; empty for
	// the public channel.
	Watch string
	// NewReceiver returns the front end's side of the new session. It is called before
	// anything waits in the outbox, under the rules of Receiver.
	NewReceiver func(*Session) Receiver
}

// Join makes a session of a join request. The nick must be free, or belong to a user with
// the same identity, who then has one more session. Errors: [ErrInvalidNick],
// [ErrNickInUse], [ErrTooMany], [ErrGoingDown], [ErrNoRoom].
func (c *Core) Join(a JoinRequest) (*Session, error) {
	name, err := checkNick(a.Nick)
	if err != nil {
		return nil, err
	}
	watch := seek(a.Watch)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.down {
		return nil, ErrGoingDown.With(stopping)
	}
	if m := c.options.MaxSessions; m > 0 && len(c.sessions) >= m {
		return nil, ErrTooMany.With("the server is full, try again later")
	}
	actor := policy.Actor{Guest: a.Identity.Guest(), Visiting: a.Kind == Command}
	if err := policy.Decide(actor, policy.Join, policy.Public); err != nil {
		return nil, refusedBy(err, "public")
	}
	var watching *room
	if a.Watch != "" {
		if err := policy.Decide(actor, policy.Watch, policy.Room); err != nil {
			return nil, refusedBy(err, watch.label)
		}
		if watching, err = c.roomLocked(watch); err != nil {
			return nil, err
		}
	}
	u, ok := c.ownerLocked(name)
	switch {
	case !ok, u != nil && !a.Identity.Same(u.identity):
		return nil, ErrNickInUse.With(name.nick)
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

// ownerLocked returns the user whose nick is n or looks like it, or nil if there is none.
// It is not ok if two users match: n looks like the nick of one, and is spelled like that
// of the other.
func (c *Core) ownerLocked(n name) (u *User, ok bool) {
	a, b := c.users[n.key], c.users[n.drawn]
	if a == nil {
		a = b
	}
	return a, b == nil || a == b
}

// leave is the only way out, for any reason. It frees what the session held.
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

// stopping is why requests are refused after [Core.Shutdown].
const stopping = "the server is stopping"

// Shutdown sends every session a last note with text, and ends it. Each front end then
// writes what waits in the outbox and closes. From then on no request to join or to speak
// is accepted.
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
