package render

import (
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"parley/chatcore"
)

// happenings are all kinds of events in all views there are of them.
var happenings = []struct {
	name string
	kind chatcore.EventKind
	view chatcore.View
}{
	{"said", chatcore.Said, chatcore.Received},
	{"own words", chatcore.Said, chatcore.Own},
	{"own words here", chatcore.Said, chatcore.Echo},
	{"mention", chatcore.Said, chatcore.Mentioned},
	{"private", chatcore.Whispered, chatcore.Received},
	{"own private", chatcore.Whispered, chatcore.Own},
	{"own private here", chatcore.Whispered, chatcore.Echo},
	{"emote", chatcore.Emoted, chatcore.Received},
	{"own emote", chatcore.Emoted, chatcore.Own},
	{"own emote here", chatcore.Emoted, chatcore.Echo},
	{"emote that mentions", chatcore.Emoted, chatcore.Mentioned},
	{"news", chatcore.Noticed, chatcore.Received},
	{"answer", chatcore.Answered, chatcore.Received},
	{"note", chatcore.Noted, chatcore.Received},
	{"error", chatcore.Refused, chatcore.Received},
}

func TestWhatCalls(t *testing.T) {
	for _, tt := range []struct {
		name   string
		notify Notify
		want   []string
	}{
		{"nothing", NotifyOff, nil},
		{"private lines", NotifyPrivate, []string{"private"}},
		{"mentions and private lines", NotifyMention, []string{"mention", "private", "emote that mentions"}},
		{"all that others say", NotifyAll, []string{"said", "mention", "private", "emote", "emote that mentions"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var called, past []string
			s := Style{Zone: time.UTC, Notify: tt.notify, Means: Bell | OSC9 | OSC777}
			for _, h := range happenings {
				e := &chatcore.Event{Kind: h.kind, From: "ann", To: "bob", Text: "hi", Items: []string{"hi"}}
				if strings.Contains(string(s.Append(nil, e, h.view)), "\a") {
					called = append(called, h.name)
				}
				if strings.ContainsAny(string(s.AppendHistory(nil, []chatcore.Past{{Event: e, View: h.view}}, e.Time)), "\a\x1b") {
					past = append(past, h.name)
				}
			}
			if !slices.Equal(called, tt.want) {
				t.Errorf("it is called by %q, want %q", called, tt.want)
			}
			if past != nil {
				t.Errorf("it is called by the past: %q", past)
			}
		})
	}
}

func TestMeans(t *testing.T) {
	in := func(room, from string, identity chatcore.Principal, text string) chatcore.Event {
		return chatcore.Event{Kind: chatcore.Said, Time: noon, Room: room, From: from, Identity: identity, Text: text}
	}
	hello := in("", "ann", annKey, "hi bob")
	for _, tt := range []struct {
		name  string
		means AlertCaps
		event chatcore.Event
		want  string
	}{
		{"none", 0, hello, ""},
		{"the bell", Bell, hello, "<BEL>"},
		{"OSC 9", OSC9, hello, "<OSC>9;ann: hi bob<BEL>"},
		{"OSC 777", OSC777, hello, "<OSC>777;notify;parley;ann: hi bob<BEL>"},
		{"all of them", Bell | OSC9 | OSC777, hello, "<BEL><OSC>9;ann: hi bob<BEL><OSC>777;notify;parley;ann: hi bob<BEL>"},
		{"from a room", OSC9, in("dev", "ann", annKey, "hi bob"), "<OSC>9;[dev] ann: hi bob<BEL>"},
		{"from a guest", OSC9, in("", "eve", chatcore.Principal{}, "hi bob"), "<OSC>9;~eve: hi bob<BEL>"},
		{"alone", OSC9, chatcore.Event{Kind: chatcore.Whispered, Time: noon, From: "eve", To: "bob", Text: "psst"}, "<OSC>9;~eve → you: psst<BEL>"},
		{"the first of several lines", OSC9, in("", "ann", annKey, "bob:\nsee"), "<OSC>9;ann: bob:<BEL>"},
		{"100 characters at most", OSC9, in("", "ann", annKey, strings.Repeat("ä", 200)), "<OSC>9;ann: " + strings.Repeat("ä", 94) + "…<BEL>"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := Style{Zone: time.UTC, Means: tt.means}
			view := chatcore.Mentioned
			if tt.event.Kind == chatcore.Whispered {
				view = chatcore.Received
			}
			got := string(s.Append(nil, &tt.event, view))
			message := string(Style{Zone: time.UTC}.Append(nil, &tt.event, view))
			got, ok := strings.CutSuffix(got, message)
			if got = marked([]byte(got)); !ok || got != tt.want {
				t.Errorf("got %s\nwant %s", got, tt.want)
			}
			if n := utf8.RuneCountInString(call(&tt.event)); n > maxCall {
				t.Errorf("%d characters", n)
			}
		})
	}
}

func TestHush(t *testing.T) {
	message := &chatcore.Event{Kind: chatcore.Said, Time: noon, From: "ann", Identity: annKey, Text: "hi bob"}
	loud := Style{Zone: time.UTC, Colour: true, Notify: NotifyAll, Means: Bell | OSC9 | OSC777}
	quiet := loud
	quiet.Notify = NotifyOff
	twice := loud.Append(loud.Append(nil, message, chatcore.Mentioned), message, chatcore.Received)
	want := quiet.Append(quiet.Append(nil, message, chatcore.Mentioned), message, chatcore.Received)
	if got := StripAlerts(slices.Clone(twice)); string(got) != string(want) {
		t.Errorf("got %q, want %q", got, want)
	}
	for _, means := range []AlertCaps{Bell, OSC9, OSC777, Bell | OSC9, OSC9 | OSC777, Bell | OSC9 | OSC777} {
		loud.Means = means
		before := quiet.Append(nil, message, chatcore.Received)
		first := loud.Append(before, message, chatcore.Mentioned)
		all := loud.Append(loud.Append(slices.Clone(first), message, chatcore.Received), message, chatcore.Mentioned)
		want := quiet.Append(quiet.Append(slices.Clone(first), message, chatcore.Received), message, chatcore.Mentioned)
		if got := HushOthers(all); string(got) != string(want) {
			t.Errorf("means %b: got %q, want %q", means, got, want)
		}
	}
	for _, text := range []string{"", "\a", "x", "\x1b]9;x", "\x1b[m\x1b]9;x\a\a"} {
		if got := HushOthers([]byte(text)); string(got) != text {
			t.Errorf("got %q of %q", got, text)
		}
	}
}
