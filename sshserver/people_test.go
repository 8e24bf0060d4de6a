package sshserver

import (
	"strings"
	"testing"
)

// answers enters lines one by one, and checks the output between each and the prompt after it.
func (k *tty) answers(pairs ...[2]string) {
	k.t.Helper()
	for _, p := range pairs {
		k.enter(p[0])
		k.until(p[0]+" to be answered "+p[1], func(rows []string) bool {
			all := strings.Join(rows, "\n")
			_, answer, ok := cutLast(all, "> "+p[0]+"\n")
			return ok && strings.HasPrefix(answer, p[1]) && strings.HasSuffix(answer, ">")
		})
	}
}

func cutLast(s, sep string) (before, after string, ok bool) {
	i := strings.LastIndex(s, sep)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+len(sep):], true
}

func TestCommandsSayWhatTheyHaveDone(t *testing.T) {
	s := newServer(t, nil)
	bob := s.plain(t, "bob", nil)
	bob.say(t, "!enter dev")
	bob.waitFor(t, "bob")
	ann := s.terminal(t, "ann", newKey(t))
	ann.shows("ann>")
	ann.answers(
		[2]string{"/away lunch", "You are away. People who write to you privately are told. /back ends it.\nann (away)>"},
		[2]string{"/away", "You are back.\nann>"},
		[2]string{"/away", "You are away."},
		[2]string{"/back", "You are back.\nann>"},
		[2]string{"/ignore bob", "You no longer see what bob says. /unignore bob undoes that.\nann>"},
		[2]string{"/ignore", "you ignore: bob\nann>"},
		[2]string{"/unignore bob", "You see what bob says again.\nann>"},
		[2]string{"/unignore bob", "! not ignored: bob\nann>"},
		[2]string{"/leave nowhere", "! not in room: nowhere\nann>"},
		[2]string{"/leave dev", "! not in room: dev\nann>"},
		[2]string{"/enter dev", "You are in dev with ~bob.\nann@dev>"},
		[2]string{"/members", "In dev (2): ann, ~bob\nann@dev>"},
		[2]string{"/topic tea at four", "You set the topic of dev.\nann@dev>"},
		[2]string{"/topic", "topic of dev: tea at four\nann@dev>"},
		[2]string{"/topic @dev more tea", "You set the topic of dev.\nann@dev>"},
		[2]string{"/topic @DEV", "topic of dev: more tea\nann@dev>"},
		[2]string{"/part", "You left dev.\nann>"},
		[2]string{"/topic", "! usage: /topic [@room] [text]\nann>"},
		[2]string{"/nick zoe", "You are zoe now.\nzoe>"},
		[2]string{"/names", "Online (2): ~bob, zoe\nzoe>"},
		[2]string{"/list", "Rooms: dev\nzoe>"},
		[2]string{"/set bell off", "notify is off now.\nzoe>"},
		[2]string{"/help set tz", "/set [name [value]]: list your settings, explain one, or change it\n"},
		[2]string{"/?", "Say   text"},
	)
}

// A topic may begin with the name of a room.
func TestTopicsBeginWithAnyWord(t *testing.T) {
	s := newServer(t, nil)
	bob := s.plain(t, "bob", nil)
	bob.say(t, "!enter release")
	bob.say(t, "!enter ann")
	bob.waitFor(t, "bob")
	ann := s.terminal(t, "ann", newKey(t))
	ann.shows("ann>")
	ann.answers(
		[2]string{"/topic release on friday", "! usage: /topic [@room] [text]\nann>"},
		[2]string{"/topic nowhere", "! no such room: nowhere\nann>"},
		[2]string{"/topic release", "release has no topic\nann>"},
		[2]string{"/topic @release", "release has no topic\nann>"},
		[2]string{"/topic @release mine", "! not in room: release\nann>"},
		[2]string{"/enter release", "You are in release with ~bob.\nann@release>"},
		[2]string{"/enter dev", "You are alone in dev.\nann@dev>"},
	)
	for _, topic := range []string{"release on friday", "release", "RELEASE  it", "#1 is release", "dev is for us", "ann", "see @release"} {
		ann.answers(
			[2]string{"/topic " + topic, "You set the topic of dev.\nann@dev>"},
			[2]string{"/topic", "topic of dev: " + topic + "\nann@dev>"},
			[2]string{"/topic @release", "release has no topic\nann@dev>"},
		)
	}
	ann.answers(
		[2]string{"/topic @release in a week", "You set the topic of release.\nann@dev>"},
		[2]string{"!topic @Release", "topic of release: in a week\nann@dev>"},
		[2]string{"/topic  @release", "topic of release: in a week\nann@dev>"},
		[2]string{"/topic @nowhere text", "! no such room: nowhere\nann@dev>"},
	)
}

// The mark of a guest is on the screen, so people type it.
func TestAGuestIsKnownWithTheMark(t *testing.T) {
	s := newServer(t, nil)
	bob := s.plain(t, "bob", nil)
	bob.waitFor(t, "bob")
	ann := s.terminal(t, "ann", newKey(t))
	ann.shows("ann>")
	ann.answers(
		[2]string{"/whois ~bob", "~bob is a guest: nothing proves who that is.\nOnline since "},
		[2]string{"/whois #~bob", "~bob is a guest: nothing proves who that is.\nOnline since "},
		[2]string{"/ignore ~bob", "You no longer see what ~bob says. /unignore ~bob undoes that.\nann>"},
		[2]string{"/unignore ~bob", "You see what ~bob says again.\nann>"},
		[2]string{"/to ~bob", "ann→bob>"},
		[2]string{"/to", "ann>"},
		[2]string{"/query #~bob", "ann→bob>"},
		[2]string{"/to", "ann>"},
		[2]string{"/whois ~", "! no such user: ~\nann>"},
		[2]string{"/whois ~~bob", "! no such user: ~bob\nann>"},
	)
	ann.enter("#~bob one", "/msg ~bob two", "/w #~bob three", "~bob: four", "/nick ~zoe")
	bob.expect(t, "#ann: one", "#ann: two", "#ann: three", "ann: ~bob: four")
	ann.shows("You are zoe now.", "zoe>")
	ann.enter("/quit")
	ann.end()
}

func TestWhoisIsForPeople(t *testing.T) {
	s := newServer(t, nil)
	bob := s.terminal(t, "bob", nil)
	bob.enter("/enter dev", "/away tea")
	bob.shows("bob@dev (away)>")
	key := newKey(t)
	ann := s.terminal(t, "ann", key, "TZ=Asia/Kathmandu")
	ann.shows("ann>")
	ann.answers(
		[2]string{"/whois bob", "~bob is a guest: nothing proves who that is.\nOnline since "},
		[2]string{"/whois #ann", "ann is verified, key SHA256:"},
		[2]string{"/whois nobody", "! no such user: nobody\nann>"},
		[2]string{"/whois", "! usage: /whois nick\nann>"},
	)
	ann.enter("/clear", "/whois bob")
	rows := ann.until("the whole answer", func(rows []string) bool { return len(rows) == 5 && rows[4] == "ann>" })
	if !strings.HasSuffix(rows[2], ", sessions: 1, in dev") || !strings.HasSuffix(rows[3], ": tea") || !strings.HasPrefix(rows[3], "Away since ") {
		t.Errorf("bob is\n%s", strings.Join(rows, "\n"))
	}
	ann.enter("#bob hi")
	ann.shows("hh:mm you → ~bob: hi", "~bob is away: tea", "ann>")
}

// Hints for people who take # for a room and @ for a person.
func TestErrorsHintAtTheOtherSign(t *testing.T) {
	s := newServer(t, nil)
	bob := s.plain(t, "bob", nil)
	bob.say(t, "!enter dev")
	bob.waitFor(t, "bob")
	ann := s.terminal(t, "ann", nil)
	ann.shows("ann>")
	ann.answers(
		[2]string{"#dev hello", "! no such user: dev (a room is @dev)\nann>"},
		[2]string{"@bob hello", "! no such room: bob (a person is #bob)\nann>"},
		[2]string{"#nobody hello", "! no such user: nobody\nann>"},
		[2]string{"@nowhere hello", "! no such room: nowhere\nann>"},
		[2]string{"@dev hello", "! not in room: dev\nann>"},
	)
	ann.enter("/dm bob psst", "/exit")
	bob.expect(t, "#ann: psst")
	ann.end()
}

func TestAPersonIsToldWhereTimesAreFrom(t *testing.T) {
	s := newServer(t, nil)
	ann := s.terminal(t, "ann", nil, "TZ=Moon/Crisium")
	ann.shows("Your ssh says that your time zone is Moon/Crisium, which is not known here.",
		"/help lists the commands, Tab completes, Ctrl-D leaves. Times: UTC (/set tz).", "ann>")
	ann.enter("hello")
	ann.shows("hh:mm ~ann: hello", "ann>")
	bob := s.terminal(t, "bob", nil, "TZ=:Europe/Berlin")
	bob.shows("2 online: ~ann and ~bob.", "/last shows what was said here before.", "/help lists the commands, Tab completes, Ctrl-D leaves.", "bob>")
}
