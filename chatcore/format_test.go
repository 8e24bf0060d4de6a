package chatcore_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"parley/chatcore"
)

func TestFormatIsTextOrJSON(t *testing.T) {
	core := chatcore.New(chatcore.Options{})
	ann, bob := join(t, core, "ann"), join(t, core, "bob")
	ann.does("!format json", "!format json", "!users")
	if got := ann.heard(); len(got) != 1 || !strings.HasSuffix(got[0], `,"list":"users","items":["ann","bob"]}`) {
		t.Errorf("in JSON ann is told %q", got)
	}
	bob.does("hello")
	if got := ann.heard(); len(got) != 1 || !strings.HasSuffix(got[0], `,"from":"bob","text":"hello"}`) {
		t.Errorf("in JSON ann is told %q", got)
	}
	ann.asks("!format text")
	ann.asks("!users", "ann bob")
	bob.does("hello")
	ann.hears("bob: hello")
}

// A front end may restyle its session at any time. JSON stays JSON.
func TestAFrontEndsFormatComesBackAfterJSON(t *testing.T) {
	core := chatcore.New(chatcore.Options{})
	one, two := &counting{name: "one"}, &counting{name: "two"}
	ann := admit(t, core, chatcore.JoinRequest{Nick: "ann", Format: one})
	bob := join(t, core, "bob")
	bob.does("1")
	ann.SetFormat(two)
	bob.does("2")
	ann.hears("one 0 bob: 1", "two 0 bob: 2")
	ann.does("!format json")
	ann.SetFormat(one)
	bob.does("3")
	if got := ann.taken(); !strings.HasPrefix(got, `{"type":"message"`) {
		t.Errorf("in JSON ann is told %q", got)
	}
	ann.does("!format text")
	bob.does("4")
	ann.hears("one 0 bob: 4")
}

// Formats change while others publish. The race detector is half of the test. The other
// half is that each message arrives whole, in one of the formats.
func TestFormatsChangeWhileOthersPublish(t *testing.T) {
	const messages = 200
	core := chatcore.New(chatcore.Options{})
	one, two := &counting{name: "one"}, &counting{name: "two"}
	ann := admit(t, core, chatcore.JoinRequest{Nick: "ann", Format: one, Kind: chatcore.Interactive})
	var wg sync.WaitGroup
	for i := range 2 {
		bob := join(t, core, fmt.Sprintf("bob%d", i))
		wg.Go(func() {
			for range messages {
				bob.does("hello ann")
			}
		})
	}
	wg.Go(func() {
		for range messages {
			ann.SetFormat(two)
			ann.SetFormat(one)
		}
	})
	wg.Go(func() {
		for range messages {
			ann.does("!format json", "!format text")
		}
	})
	wg.Wait()
	told := ann.heard()
	if len(told) != 2*messages {
		t.Errorf("%d messages came of %d", len(told), 2*messages)
	}
	for _, line := range told {
		text := (strings.HasPrefix(line, "one 3 ") || strings.HasPrefix(line, "two 3 ")) && strings.HasSuffix(line, ": hello ann")
		if !text && !strings.HasSuffix(line, `"text":"hello ann","mention":true}`) {
			t.Fatalf("ann was told %q", line)
		}
	}
	ann.hears()
}
