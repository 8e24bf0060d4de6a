package chatcore_test

import (
	"fmt"
	"strings"
	"sync/atomic"
	"testing"

	"parley/chatcore"
)

// counting is a format that counts what it encodes. Sessions that share one share its
// pointer.
type counting struct {
	name string
	n    atomic.Int64
}

func (f *counting) Append(dst []byte, e *chatcore.Event, v chatcore.View) []byte {
	f.n.Add(1)
	return fmt.Appendf(dst, "%s %d %s: %s\r\n", f.name, v, e.From, e.Text)
}

func (f *counting) encoded(t *testing.T, want int64) {
	t.Helper()
	if got := f.n.Swap(0); got != want {
		t.Errorf("%s: encoded %d times, want %d", f.name, got, want)
	}
}

func TestAnEventIsEncodedOnceForEachFormatAndView(t *testing.T) {
	core := chatcore.New(chatcore.Options{})
	one, two := &counting{name: "one"}, &counting{name: "two"}
	ann := admit(t, core, chatcore.JoinRequest{Nick: "ann", Format: one})
	var others []*client
	for i := range 500 {
		others = append(others, admit(t, core, chatcore.JoinRequest{Nick: fmt.Sprintf("n%d", i), Format: one}))
	}
	ann.does("hello")
	one.encoded(t, 1)
	for _, c := range others {
		c.hears("one 0 ann: hello")
	}

	bob := admit(t, core, chatcore.JoinRequest{Nick: "bob", Format: two})
	ann.does("hello", "!echo on", "hello")
	one.encoded(t, 1+2) // one more the second time, for the echo
	two.encoded(t, 2)
	ann.hears("one 2 ann: hello")
	bob.hears("two 0 ann: hello", "two 0 ann: hello")

	ann.does("!notices on")
	bob.does("!notices on")
	core.Tick()
	one.encoded(t, 0)
	join(t, core, "carl")
	core.Tick()
	one.encoded(t, 1)
	two.encoded(t, 1)
}

func TestAWhisperIsEncodedOnceForEachFormatAndView(t *testing.T) {
	core := chatcore.New(chatcore.Options{})
	f := &counting{name: "f"}
	var kims []*client
	for range 3 {
		kims = append(kims, admit(t, core, chatcore.JoinRequest{Nick: "kim", Identity: chatcore.Principal{Key: "SHA256:kim"}, Format: f}))
	}
	bob := admit(t, core, chatcore.JoinRequest{Nick: "bob", Format: f})
	bob.does("#kim psst")
	f.encoded(t, 1)
	kims[0].does("#bob psst")
	f.encoded(t, 2)
	bob.hears("f 0 kim: psst")
	kims[0].hears("f 0 bob: psst")
	kims[1].hears("f 0 bob: psst", "f 1 kim: psst")
}

func TestManySessionsInThreeFormatsCostThreeEncodings(t *testing.T) {
	core := chatcore.New(chatcore.Options{})
	formats := []*counting{{name: "0"}, {name: "1"}, {name: "2"}}
	var others []*client
	for i := range 1000 {
		others = append(others, admit(t, core, chatcore.JoinRequest{Nick: fmt.Sprintf("n%d", i), Format: formats[i%3]}))
	}
	join(t, core, "ann").does("hello")
	for _, f := range formats {
		f.encoded(t, 1)
	}
	for i, c := range others {
		c.hears(fmt.Sprintf("%d 0 ann: hello", i%3))
	}
}

func TestManyFormatsAtOnceAreEncodedRight(t *testing.T) {
	core := chatcore.New(chatcore.Options{})
	ann := join(t, core, "ann")
	var others []*client
	var formats [10]*counting
	for i := range 20 {
		if i < len(formats) {
			formats[i] = &counting{name: fmt.Sprint(i)}
		}
		f := formats[i%len(formats)]
		others = append(others, admit(t, core, chatcore.JoinRequest{Nick: fmt.Sprintf("n%d", i), Format: f}))
	}
	ann.does("hello")
	for _, f := range formats {
		f.encoded(t, 1)
	}
	for i, c := range others {
		c.hears(fmt.Sprintf("%d 0 ann: hello", i%10))
	}
}

func TestLinesOfEveryEvent(t *testing.T) {
	for _, tt := range []struct {
		e    chatcore.Event
		v    chatcore.View
		want string
	}{
		{chatcore.Event{Kind: chatcore.Said, From: "ann", Text: "hi"}, chatcore.Received, "ann: hi\r\n"},
		{chatcore.Event{Kind: chatcore.Said, From: "ann", Room: "dev", Text: "hi"}, chatcore.Own, "@dev ann: hi\r\n"},
		{chatcore.Event{Kind: chatcore.Whispered, From: "ann", To: "bob", Text: "hi"}, chatcore.Received, "#ann: hi\r\n"},
		{chatcore.Event{Kind: chatcore.Whispered, From: "ann", To: "bob", Text: "hi"}, chatcore.Echo, "#ann: hi\r\n"},
		{chatcore.Event{Kind: chatcore.Whispered, From: "ann", To: "bob", Text: "hi"}, chatcore.Own, ""},
		{chatcore.Event{Kind: chatcore.Whispered, From: "ann", To: "ann", Text: "hi"}, chatcore.Own, "#ann: hi\r\n"},
		{chatcore.Event{Kind: chatcore.Emoted, From: "ann", Text: "waves"}, chatcore.Received, "* ann waves\r\n"},
		{chatcore.Event{Kind: chatcore.Emoted, From: "ann", Room: "dev", Text: "waves"}, chatcore.Received, "@dev * ann waves\r\n"},
		{chatcore.Event{Kind: chatcore.Noticed, Text: "ann joined"}, chatcore.Received, "* ann joined\r\n"},
		{chatcore.Event{Kind: chatcore.Noticed, Room: "dev", Text: "ann joined"}, chatcore.Received, "@dev * ann joined\r\n"},
		{chatcore.Event{Kind: chatcore.Answered, Items: []string{"ann", "bob"}}, chatcore.Received, "ann bob\r\n"},
		{chatcore.Event{Kind: chatcore.Answered}, chatcore.Received, "\r\n"},
		{chatcore.Event{Kind: chatcore.Noted, Text: "bye"}, chatcore.Received, "! bye\r\n"},
		{chatcore.Event{Kind: chatcore.Refused, What: "no such user", Text: "bob"}, chatcore.Received, "!error no such user: bob\r\n"},
	} {
		if got := string(chatcore.Lines{}.Append([]byte(">"), &tt.e, tt.v)); got != ">"+tt.want {
			t.Errorf("%+v, view %d: %q, want %q", tt.e, tt.v, got[1:], tt.want)
		}
	}
}

// faulty is a format that panics.
type faulty struct{}

func (faulty) Append([]byte, *chatcore.Event, chatcore.View) []byte { panic("no such style") }

// The sender of a message does not pay for a fault of another user's format.
func TestAFaultOfAFormatEndsItsSessionsAlone(t *testing.T) {
	var faults []chatcore.Fault
	core := chatcore.New(chatcore.Options{Fault: func(f chatcore.Fault) { faults = append(faults, f) }})
	ann, bob := join(t, core, "ann"), join(t, core, "bob")
	one := admit(t, core, chatcore.JoinRequest{Nick: "one", Format: faulty{}})
	two := admit(t, core, chatcore.JoinRequest{Nick: "two", Format: faulty{}})
	ann.does("1", "#one 2", "3")
	bob.hears("ann: 1", "ann: 3")
	one.ended(chatcore.Panicked)
	two.ended(chatcore.Panicked)
	one.hears()
	if len(faults) != 2 || faults[0].Value != "no such style" || !strings.Contains(string(faults[0].Stack), "faulty") {
		t.Errorf("faults told of: %v", faults)
	}
}
