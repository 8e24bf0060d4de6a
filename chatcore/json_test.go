package chatcore_test

import (
	"encoding/json"
	"flag"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"parley/chatcore"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden compares got with a file of testdata.
func golden(t *testing.T, name, got string) {
	t.Helper()
	name = "testdata/" + name
	if *update {
		if err := os.WriteFile(name, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("not as in %s:\n%swant\n%s", name, got, want)
	}
}

var noon = time.Date(2026, 11, 22, 13, 0, 0, 7_900_000, time.FixedZone("", 3600))

// jsonEvents holds events of every kind, in every shape they have.
var jsonEvents = []struct {
	e chatcore.Event
	v chatcore.View
}{
	{chatcore.Event{Kind: chatcore.Said, From: "ann", Text: "hello"}, chatcore.Received},
	{chatcore.Event{Kind: chatcore.Said, From: "kim", Identity: chatcore.Principal{Key: "SHA256:kim"}, Room: "dev", Text: "hi"}, chatcore.Received},
	{chatcore.Event{Kind: chatcore.Said, From: "ann", Text: "hi bob"}, chatcore.Mentioned},
	{chatcore.Event{Kind: chatcore.Said, From: "ann", Text: "my own"}, chatcore.Own},
	{chatcore.Event{Kind: chatcore.Said, From: "ann", Text: "my echo"}, chatcore.Echo},
	{chatcore.Event{Kind: chatcore.Said, From: "Zoë", Text: `<b> & "quotes" \ 👋🏽` + "\uFFFD"}, chatcore.Received},
	{chatcore.Event{Kind: chatcore.Whispered, From: "ann", To: "bob", Text: "psst"}, chatcore.Received},
	{chatcore.Event{Kind: chatcore.Whispered, From: "kim", Identity: chatcore.Principal{Key: "SHA256:kim"}, To: "bob", ToIdentity: chatcore.Principal{Key: "SHA256:bob"}, Text: "psst"}, chatcore.Own},
	{chatcore.Event{Kind: chatcore.Emoted, From: "ann", Text: "waves"}, chatcore.Received},
	{chatcore.Event{Kind: chatcore.Emoted, From: "ann", Room: "dev", Text: "waves to bob"}, chatcore.Mentioned},
	{chatcore.Event{Kind: chatcore.Noticed, Text: "ann joined"}, chatcore.Received},
	{chatcore.Event{Kind: chatcore.Noticed, Room: "dev", Text: "ann left"}, chatcore.Received},
	{chatcore.Event{Kind: chatcore.Answered, List: "users", Items: []string{"ann", "bob"}}, chatcore.Received},
	{chatcore.Event{Kind: chatcore.Answered, List: "rooms", Items: []string{}}, chatcore.Received},
	{chatcore.Event{Kind: chatcore.Answered, Room: "dev", Text: "ann", List: "members", Items: []string{"ann"}}, chatcore.Received},
	{chatcore.Event{Kind: chatcore.Noted, Text: "dev has no topic"}, chatcore.Received},
	{chatcore.Event{Kind: chatcore.Noted}, chatcore.Received},
	{chatcore.Event{Kind: chatcore.Refused, What: "no such user", Text: "bob"}, chatcore.Received},
}

func TestJSONOfEveryEvent(t *testing.T) {
	var all []byte
	for i, tt := range jsonEvents {
		tt.e.ID, tt.e.Time = idOf(tt.e.Kind, i+1), noon
		before := len(all)
		all = chatcore.JSON{}.Append(all, &tt.e, tt.v)
		line := string(all[before:])
		if strings.Count(line, "\n") != 1 || !strings.HasSuffix(line, "}\r\n") || !json.Valid([]byte(line)) {
			t.Errorf("event %d is no line of JSON: %q", i+1, line)
		}
	}
	golden(t, "json.golden", strings.ReplaceAll(string(all), "\r\n", "\n"))
}

// idOf returns an id for an event of a kind: none if only one session is sent it.
func idOf(kind chatcore.EventKind, n int) chatcore.EventID {
	if kind >= chatcore.Answered {
		return 0
	}
	return chatcore.EventID(n)
}

var idAndTime = regexp.MustCompile(`(?:"id":[1-9][0-9]*,)?"time":"([^"]*)"`)

// A program needs only JSON: everything that a session may be sent is shown.
func TestASessionInJSON(t *testing.T) {
	core := chatcore.New(chatcore.Options{})
	kim := chatcore.JoinRequest{Nick: "kim", Identity: chatcore.Principal{Key: "SHA256:kim"}}
	bot, kim2, ann := admit(t, core, kim), admit(t, core, kim), join(t, core, "ann")
	bot.does("!notices on", "!format json", "!users", "!rooms", "!enter dev", "!members DEV", "!topic dev", "!echo on", "<3")
	bot.Tell(bot.Do("#bob hi"))
	bot.Tell(bot.Do("!format xml"))
	ann.does("hello Kim", "!enter dev", "@dev hi", "!me waves", "#kim psst")
	kim2.does("#ann psst", "hi")
	join(t, core, "bob")
	core.Tick()
	core.Shutdown("bye")
	var all []string
	for _, line := range bot.heard() {
		at := idAndTime.FindStringSubmatch(line)
		if at == nil {
			t.Fatalf("%q has no id and time", line)
		}
		if _, err := time.Parse(time.RFC3339, at[1]); err != nil || !json.Valid([]byte(line)) {
			t.Errorf("%q: %v", line, err)
		}
		all = append(all, strings.Replace(line, at[0], "…", 1)+"\n")
	}
	golden(t, "json-session.golden", strings.Join(all, ""))
}

// The lines shown in docs/protocol.md are those that are sent.
func TestTheDocumentShowsOurJSON(t *testing.T) {
	document, err := os.ReadFile("../docs/protocol.md")
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	for i, tt := range []struct {
		e     chatcore.Event
		v     chatcore.View
		after time.Duration
	}{
		{chatcore.Event{Kind: chatcore.Said, From: "kim", Identity: chatcore.Principal{Key: "SHA256:ePBn…"}, Room: "dev", Text: "hi ann"}, chatcore.Mentioned, 7 * time.Millisecond},
		{chatcore.Event{Kind: chatcore.Whispered, From: "bob", To: "ann", Text: "psst"}, chatcore.Received, 1250 * time.Millisecond},
		{chatcore.Event{Kind: chatcore.Emoted, From: "bob", Text: "waves"}, chatcore.Received, 2 * time.Second},
		{chatcore.Event{Kind: chatcore.Noticed, Room: "dev", Text: "carl joined; dora left (good night)"}, chatcore.Received, 3 * time.Second},
		{chatcore.Event{Kind: chatcore.Answered, Room: "dev", List: "members", Items: []string{"ann", "carl", "kim"}}, chatcore.Received, 4100 * time.Millisecond},
		{chatcore.Event{Kind: chatcore.Noted, Text: "dev has no topic"}, chatcore.Received, 5 * time.Second},
		{chatcore.Event{Kind: chatcore.Refused, What: "no such user", Text: "zoe"}, chatcore.Received, 6 * time.Second},
	} {
		tt.e.ID, tt.e.Time = idOf(tt.e.Kind, i+7), at.Add(tt.after)
		line := strings.TrimSuffix(string(chatcore.JSON{}.Append(nil, &tt.e, tt.v)), "\r\n")
		if !strings.Contains(string(document), "\n"+line+"\n") {
			t.Errorf("the document has no line\n%s", line)
		}
	}
}
