package chatcore_test

import (
	"fmt"
	"strings"
	"testing"

	"parley/chatcore"
)

// viewed is a format that shows only the view.
type viewed struct{}

func (viewed) Append(dst []byte, _ *chatcore.Event, v chatcore.View) []byte {
	return fmt.Appendf(dst, "%d\r\n", v)
}

const (
	received  = "0"
	own       = "1"
	echo      = "2"
	mentioned = "3"
)

// In each case ann says the text, and bob and Zoë receive it.
func TestMentions(t *testing.T) {
	for _, tt := range []struct {
		text     string
		bob, zoe string
	}{
		{"hello", received, received},
		{"bob", mentioned, received},
		{"hi BOB!", mentioned, received},
		{"hi bob, zoë and bob", mentioned, mentioned},
		{"(zoë)", received, mentioned},
		{"zoë's", received, mentioned},
		{"ZOE\u0308", received, mentioned},
		{"zoe", received, received}, // another letter
		{"bobby bobs 1bob bob2", received, received},
		{"b.o.b bo b", received, received},
		{"ask bоb", mentioned, received}, // a Cyrillic o: it looks the same
		{"bob" + strings.Repeat("x", 100), received, received},
		{strings.Repeat("жук ", 900) + "zoë", received, mentioned},
		{"bo\u200cb bob\u200c bo\u200db", mentioned, received}, // joiners are ignored
		{"👩\u200d👩bob", mentioned, received},
		{"!me waves to bob", mentioned, received},
		{"@dev bob", mentioned, ""},
		{"#bob bob", received, ""},
		{"ann", received, received},
	} {
		t.Run(tt.text[:min(len(tt.text), 20)], func(t *testing.T) {
			core := chatcore.New(chatcore.Options{})
			ann, bob := join(t, core, "ann"), admit(t, core, chatcore.JoinRequest{Nick: "bob", Format: viewed{}, Kind: chatcore.Interactive})
			zoe := admit(t, core, chatcore.JoinRequest{Nick: "Zoë", Format: viewed{}, Kind: chatcore.Interactive})
			ann.does("!enter dev")
			bob.does("!enter dev")
			ann.does(tt.text)
			for c, want := range map[*client]string{bob: tt.bob, zoe: tt.zoe} {
				if got := strings.Join(c.heard(), ","); got != want {
					t.Errorf("%s has the view %q, want %q", c.nick, got, want)
				}
			}
		})
	}
}

func TestMentions_OwnWordsDoNotMentionOneself(t *testing.T) {
	core := chatcore.New(chatcore.Options{})
	kim := chatcore.JoinRequest{Nick: "kim", Identity: chatcore.Principal{Key: "SHA256:kim"}, Format: viewed{}, Kind: chatcore.Interactive}
	one, two := admit(t, core, kim), admit(t, core, kim)
	one.does("!echo on", "kim here")
	one.hears(echo)
	two.hears(own)
}

func TestAMentionIsOfAllSessionsAndFollowsTheNick(t *testing.T) {
	core := chatcore.New(chatcore.Options{})
	kim := chatcore.JoinRequest{Nick: "kim", Identity: chatcore.Principal{Key: "SHA256:kim"}, Format: viewed{}, Kind: chatcore.Interactive}
	one, two, ann := admit(t, core, kim), admit(t, core, kim), join(t, core, "ann")
	ann.does("kim")
	one.does("!nick tim")
	ann.does("kim", "tim")
	one.hears(mentioned, received, mentioned)
	two.hears(mentioned, received, mentioned)
}

func TestMentionsAreLookedForOnlyWhereOneMakesADifference(t *testing.T) {
	core := chatcore.New(chatcore.Options{})
	ann, bob := join(t, core, "ann"), admit(t, core, chatcore.JoinRequest{Nick: "bob", Format: viewed{}})
	check := func(want string) {
		t.Helper()
		ann.does("bob")
		bob.hears(want)
	}
	check(received)
	ann.does("!format json", "!format json") // now there is one that may show mentions
	check(mentioned)
	ann.does("!format text", "!format text")
	check(received)
	prompt := atPrompt(t, core, "carl")
	check(mentioned)
	prompt.does("!format json")
	prompt.Leave(chatcore.Quit)
	check(received)
}

func TestMentions_TextsWithoutAnyAllocateNothingMore(t *testing.T) {
	allocations := func(kind chatcore.Kind) float64 {
		core := chatcore.New(chatcore.Options{})
		ann, bob := join(t, core, "ann"), admit(t, core, chatcore.JoinRequest{Nick: "bob", Kind: kind})
		buf := make([]byte, 0, 1<<10)
		return testing.AllocsPerRun(100, func() {
			ann.does("Hello All, how are YOU doing today?")
			bob.empty(buf)
		})
	}
	if without, with := allocations(chatcore.Raw), allocations(chatcore.Interactive); with > without {
		t.Errorf("%v allocations where nobody looks for mentions, %v where someone does", without, with)
	}
}

// A nick has no joiners, and is mentioned by a word that equals it without its joiners.
// What follows a joiner is part of the same word.
func TestMentionsWithJoiners(t *testing.T) {
	for text, want := range map[string]string{
		"علیرضا":                mentioned,
		"سلام علی\u200cرضا!":    mentioned,
		"علی\u200cرضا\u200cجان": received,
		"علی رضا":               received,
		"علی\u200c رضا":         received,
	} {
		core := chatcore.New(chatcore.Options{})
		ann := join(t, core, "ann")
		ali := admit(t, core, chatcore.JoinRequest{Nick: "علیرضا", Format: viewed{}, Kind: chatcore.Interactive})
		ann.does(text)
		if got := strings.Join(ali.heard(), ","); got != want {
			t.Errorf("%+q has the view %q, want %q", text, got, want)
		}
	}
}

func TestMentions_OfFiftyPeopleAtMost(t *testing.T) {
	core := chatcore.New(chatcore.Options{})
	var text strings.Builder
	var people []*client
	for i := range 60 {
		nick := fmt.Sprintf("n%d", i)
		people = append(people, admit(t, core, chatcore.JoinRequest{Nick: nick, Format: viewed{}, Kind: chatcore.Interactive}))
		text.WriteString(nick + " ")
	}
	join(t, core, "ann").does("hello " + text.String())
	views := make(map[string]int)
	for _, p := range people {
		views[strings.Join(p.heard(), ",")]++
	}
	if views[mentioned] != 50 || views[received] != 10 {
		t.Errorf("60 people are named in one message, and have the views %v", views)
	}
}
