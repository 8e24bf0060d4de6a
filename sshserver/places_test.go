package sshserver

import (
	"slices"
	"testing"
)

const altUp, altDown = "\x1b[1;3A", "\x1b[1;3B"

// has waits until the screen has a row.
func (k *tty) has(want string) {
	k.t.Helper()
	k.until("the row "+want, func(rows []string) bool { return slices.Contains(rows, want) })
}

// walks presses keys, each of which changes the prompt to the next in the list.
func (k *tty) walks(key string, prompts ...string) {
	k.t.Helper()
	for _, p := range prompts {
		k.press(key)
		k.shows(p)
	}
}

func TestWithoutUnreadLinesOneWalksThroughAllPlaces(t *testing.T) {
	s := newServer(t, nil)
	ann := s.terminal(t, "ann", newKey(t))
	s.plain(t, "bob", nil)
	ann.shows("ann>")
	ann.walks(altDown, "ann>") // there is no other destination
	ann.walks(altUp, "ann>")
	ann.enter("/enter ops", "/enter Dev", "/to")
	ann.shows("ann@Dev> /to", "ann>")
	ann.walks(altDown, "ann@Dev>", "ann@ops>", "ann>", "ann@Dev>")
	ann.walks(altUp, "ann>", "ann@ops>", "ann@Dev>", "ann>")
	ann.enter("/to #bob") // a person who has written nothing is not walked to again
	ann.shows("ann→bob>")
	ann.walks(altDown, "ann>")
	ann.enter("/to #bob")
	ann.shows("ann→bob>")
	ann.walks(altUp, "ann@ops>")
}

func TestUnreadLinesAreWalkedThrough(t *testing.T) {
	s := newServer(t, nil)
	bob, carl := s.plain(t, "bob", nil), s.plain(t, "carl", nil)
	ann := s.terminal(t, "ann", newKey(t))
	ann.enter("/enter dev", "/enter ops", "/enter tea", "/to")
	ann.shows("ann@tea> /to", "ann>")
	carl.say(t, "#ann one")
	ann.shows("ann [1 carl]>")
	bob.say(t, "#ann two")
	ann.shows("ann [1 bob, 1 carl]>")
	bob.say(t, "!enter ops")
	bob.say(t, "@ops three")
	ann.shows("ann [1 ops, 1 bob, 1 carl]>")
	ann.walks(altDown, "ann@ops [1 bob, 1 carl]>") // rooms first, and not those without unread lines
	bob.say(t, "four")
	ann.shows("ann@ops [1 public, 1 bob, 1 carl]>")
	ann.walks(altUp, "ann [1 bob, 1 carl]>") // public comes before rooms
	ann.walks(altDown, "ann→carl [1 bob]>")  // the first to write is first
	ann.walks(altDown, "ann→bob>")
	bob.say(t, "@ops five")
	ann.shows("ann→bob [1 ops]>")
	ann.walks(altUp, "ann@ops>") // the only place, from either side
	carl.say(t, "#ann six")
	ann.shows("ann@ops [1 carl]>")
	bob.say(t, "#ann seven")
	ann.shows("ann@ops [1 bob, 1 carl]>")
	ann.walks(altUp, "ann→bob [1 carl]>")
	ann.walks(altUp, "ann→carl>")
}

// Lines in the place where a person talks are not unread. Nor are their own, nor those of
// people they ignore.
func TestWhatIsNotUnread(t *testing.T) {
	s := newServer(t, nil)
	key := newKey(t)
	bob := s.plain(t, "bob", nil)
	ann, other := s.terminal(t, "ann+dev", key), s.plain(t, "ann", key)
	ann.shows("ann@dev>")
	bob.say(t, "!enter dev")
	bob.say(t, "@dev here")
	ann.shows("hh:mm [dev] ~bob: here", "ann@dev>")
	other.say(t, "mine")
	ann.shows("hh:mm ann: mine", "ann@dev>")
	other.say(t, "#bob mine")
	ann.shows("hh:mm you → ~bob: mine", "ann@dev>")
	ann.enter("/ignore bob", "/rooms")
	ann.shows("Rooms: dev", "ann@dev>")
	bob.say(t, "hello?")
	bob.say(t, "#ann hello?")
	bob.say(t, "!rooms")
	bob.expect(t, "ann: mine", "#ann: mine", "dev")
	ann.enter("/rooms")
	ann.shows("ann@dev> /rooms", "Rooms: dev", "ann@dev> /rooms", "Rooms: dev", "ann@dev>")
}

// A message for a guest does not go to another guest who has taken the nick since, and the
// destination does not lead there either.
func TestAPrivatePlaceIsNotHandedOn(t *testing.T) {
	s := newServer(t, nil)
	eve := s.plain(t, "eve", nil)
	ann := s.terminal(t, "ann", newKey(t))
	ann.shows("ann>")
	eve.say(t, "#ann hello")
	ann.shows("hh:mm ~eve → you: hello", "ann [1 eve]>")
	leave := func(k *talker) {
		t.Helper()
		k.say(t, "!quit")
		_ = k.Wait()
	}
	leave(eve)
	mallory := s.plain(t, "eve", nil)
	ann.enter("/reply secret")
	ann.has("! no such user: eve (someone else has that nick now: /to #eve to talk to them)")
	ann.press(altDown)
	ann.enter("/to #eve")
	ann.shows("ann→eve>")
	ann.enter("hello eve")
	mallory.expect(t, "#ann: hello eve")
	leave(mallory)
	ann.enter("are you there?")
	ann.shows("ann→eve> are you there?", "! no such user: eve", "ann→eve>")
	again := s.plain(t, "eve", nil)
	ann.enter("secret")
	ann.shows("ann→eve> secret", "! no such user: eve (someone else has that nick now: /to #eve to talk to them)", "ann→eve>")
	again.say(t, "!rooms") // nothing came before the answer
	again.expect(t, "")
	ann.enter("/to #eve", "hello again")
	again.expect(t, "#ann: hello again")
}

// Connections with the same key are the same person, who may leave and come back.
func TestAPrivatePlaceIsKeptForTheSameKey(t *testing.T) {
	s := newServer(t, nil)
	key := newKey(t)
	bob := s.plain(t, "bob", key)
	ann := s.terminal(t, "ann", newKey(t))
	ann.enter("/to #bob", "one")
	bob.expect(t, "#ann: one")
	bob.say(t, "!quit")
	_ = bob.Wait()
	bob = s.plain(t, "bob", key)
	ann.enter("two")
	bob.expect(t, "#ann: two")
}
