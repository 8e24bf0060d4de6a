package chatcore_test

import (
	"encoding/json"
	"strings"
	"testing"

	"parley/chatcore"
)

// In each case eve says the text, and ann receives the line on the raw port. "=" stands
// for the unchanged text.
func TestForgedRowsAreTakenApart(t *testing.T) {
	blank := strings.Repeat(" ", 75)
	letters := strings.Repeat("x", 75)
	for _, tt := range []struct{ name, text, want string }{
		{"behind spaces", blank + "bob: send the money", "eve: " + blank + "bob : send the money"},
		{"with a time", blank + "19:20 bob: send the money", "eve: " + blank + "19:20 bob : send the money"},
		{"of somebody who is not here", blank + "carl: send the money", "eve: " + blank + "carl : send the money"},
		{"with a time, a room and a guest's mark", blank + "19:20:00 [dev] ~carl: hi", "eve: " + blank + "19:20:00 [dev] ~carl : hi"},
		{"in a room", blank + "@dev carl: hi", "eve: " + blank + "@dev carl : hi"},
		{"privately", blank + "#carl: hi", "eve: " + blank + "#carl : hi"},
		{"privately, as a terminal shows it", blank + "carl → you: hi", "eve: " + blank + "carl → you : hi"},
		{"to somebody", letters + " you → carl: hi", "eve: " + letters + " you → carl : hi"},
		{"behind other blanks", strings.Repeat("\u2800", 25) + "carl: hi", "eve: " + strings.Repeat("\u2800", 25) + "carl : hi"},
		{"behind two of them", "twenty letters here \u00a0carl: hi", "eve: twenty letters here \u00a0carl : hi"},
		{"behind letters", letters + " bob: send the money", "eve: " + letters + " bob : send the money"},
		{"inside a word", letters + "bob: send the money", "eve: " + letters + "bob : send the money"},
		{"inside a word of many scripts", strings.Repeat("ж", 40) + "BÓB: hi", "="}, // Ó is another letter
		{"in capitals", letters + "BOB: hi", "eve: " + letters + "BOB : hi"},
		{"in letters that look like it", letters + "bоb: hi", "eve: " + letters + "bоb : hi"},
		{"in wide letters", letters + "ｂｏｂ: hi", "eve: " + letters + "ｂｏｂ : hi"},
		{"a nick of other letters", letters + "王小明: hi", "eve: " + letters + "王小明 : hi"},
		{"in letters with a joiner", letters + "علی\u200cرضا: hi", "eve: " + letters + "علی\u200cرضا : hi"},
		{"behind letters and a joiner", letters + " ب\u200cعلی\u200cرضا: hi", "eve: " + letters + " ب\u200cعلی\u200cرضا : hi"},
		{"in as many letters as a nick has", strings.Repeat("ب", 20) + strings.Repeat("ب\u200c", 31) + "ب: hi", "eve: " + strings.Repeat("ب", 20) + strings.Repeat("ب\u200c", 31) + "ب : hi"},
		{"with another colon", letters + " bob： hi", "eve: " + letters + " bob ： hi"},
		{"and one that looks the same", letters + " bob∶ hi", "eve: " + letters + " bob ∶ hi"},
		{"and another blank behind it", letters + " bob:\u00a0hi", "eve: " + letters + " bob :\u00a0hi"},
		{"at the end", letters + " bob:", "eve: " + letters + " bob :"},
		{"a nick that fills a row", letters + "averylongnicknameindeed:hi", "eve: " + letters + "averylongnicknameindeed :hi"},
		{"a room that fills it", letters + " @a-room-of-twenty bob:hi", "eve: " + letters + " @a-room-of-twenty bob :hi"},
		{"each of several", letters + " bob: x bob: y", "eve: " + letters + " bob : x bob : y"},
		{"behind many others", letters + strings.Repeat(" abcdefghij: k", 16) + " c: d bob: hi", "eve: " + letters + strings.Repeat(" abcdefghij: k", 16) + " c : d bob : hi"},
		{"among few of them", letters + strings.Repeat(" a: b", 60) + " bob: hi", "eve: " + letters + strings.Repeat(" a: b", 60) + " bob : hi"},

		{"in the first row", "bob: yes", "="},
		{"in the first row, behind spaces", "       bob: yes", "="},
		{"just in the second", "              bob: yes", "eve:               bob : yes"},
		{"of oneself", letters + " eve: me", "="},
		{"of somebody who is not here, behind a word", letters + " carl: hi", "="},
		{"a word that is no nick", letters + " b.o.b-: hi", "="},
		{"a name behind a colon", letters + ":bob hi", "="},
		{"an address", letters + " http://bob:8080/ bob:hi 12:30", "="},
		{"a compiler", "src/parser/expression.c:120:17: error: expected ';' before 'return'", "="},
		{"a panic", "panic: runtime error: index out of range [5] with length 3", "="},
		{"a log", `time=2026-11-22T12:00:00.000Z level=INFO msg="session ends" user=x reason=quit`, "="},
		{"a log with spaces", "2026-11-22 12:00:00 WARNING main.go:17: disk: 91% full, inodes: 12%", "="},
		{"YAML", "          image: registry.example.org/app:v1", "="},
		{"JSON", `{"name": "app", "version": "1.0", "dependencies": {"a": "^1", "b": "~2"}}`, "="},
		{"a table", "name      status    restarts   age", "="},
		{"code", "        switch x := y.(type) { case int: return x; default: return 0 }", "="},
	} {
		t.Run(tt.name, func(t *testing.T) {
			core := chatcore.New(chatcore.Options{})
			all := joinAll(t, core, "eve", "ann", "bob", "王小明", "averylongnicknameindeed", "علیرضا", strings.Repeat("ب", 32))
			all["bob"].does("!format json")
			if err := all["eve"].SayTo(chatcore.Destination{}, tt.text); err != nil {
				t.Fatal(err)
			}
			want := tt.want
			if want == "=" {
				want = "eve: " + tt.text
			}
			all["ann"].hears(want)
			var told struct{ Text string }
			if err := json.Unmarshal([]byte(all["bob"].taken()), &told); err != nil || told.Text != tt.text {
				t.Errorf("JSON has %q, %v", told.Text, err)
			}
		})
	}
}

func TestForgedRowsInEveryPlace(t *testing.T) {
	core := chatcore.New(chatcore.Options{})
	all := joinAll(t, core, "eve", "ann", "bob")
	eve, ann := all["eve"], all["ann"]
	for _, c := range all {
		c.does("!enter dev")
	}
	x := strings.Repeat("x", 20)
	for _, tt := range []struct{ line, want string }{
		{"@dev " + x + " bob: hi", "@dev eve: " + x + " bob : hi"},
		{"#ann " + x + " bob: hi", "#eve: " + x + " bob : hi"},
		{"!me " + x + " bob: hi", "* eve " + x + " bob : hi"},
		{"!me @dev " + x + " bob: hi", "@dev * eve " + x + " bob : hi"},
		// What precedes the text counts.
		{"1234567 bob: hi", "eve: 1234567 bob: hi"},
		{"123456789012 bob: hi", "eve: 123456789012 bob: hi"},
		{"1234567890123 bob: hi", "eve: 1234567890123 bob : hi"},
		{"@dev 12345678 bob: hi", "@dev eve: 12345678 bob : hi"},
		{"@dev 1234567 bob: hi", "@dev eve: 1234567 bob: hi"},
	} {
		eve.does(tt.line)
		ann.hears(tt.want)
	}
	eve.DoAll([][]byte{[]byte("one"), []byte(x + " bob: two"), []byte("three")}, func(err error) { t.Error(err) })
	ann.hears("eve: one", "eve: "+x+" bob : two", "eve: three")
	if err := eve.SayTo(chatcore.Destination{}, "bob: one\n"+x+" bob: two\nbob: three\n"+x+" bob:"); err != nil {
		t.Fatal(err)
	}
	ann.hears("eve: bob: one", "eve: "+x+" bob : two", "eve: bob: three", "eve: "+x+" bob :")
	all["bob"].does("!quit")
	all["bob"].Leave(chatcore.Quit)
	eve.does(x + " bob: hi")
	ann.hears("eve: " + x + " bob: hi")
}

// Topics, last words and away texts appear in lines of the server.
func TestForgedRowsInWordsOfTheServer(t *testing.T) {
	core := chatcore.New(chatcore.Options{})
	all := joinAll(t, core, "eve", "ann")
	all["eve"].does("!enter dev", "!topic dev release: friday   carl: send the money", "!away release: friday   carl: send the money")
	all["ann"].asks("!topic dev", "! topic of dev: release: friday   carl : send the money")
	all["ann"].does("!whois eve")
	if got := strings.Join(all["ann"].heard(), "\n"); !strings.Contains(got, "release: friday   carl : send the money") {
		t.Errorf("whois tells %q", got)
	}
}

// A text without a colon costs nothing, and the longest of the worst texts little.
func BenchmarkForgery(b *testing.B) {
	for name, text := range map[string]string{
		"no colon": strings.Repeat("hello ", 10), "Russian": strings.Repeat("привет ", 9),
		"a colon": "main.go:12:5: undefined: x", "the worst": strings.Repeat(strings.Repeat("ш", 120)+": ", 16),
	} {
		b.Run(name, func(b *testing.B) {
			core := chatcore.New(chatcore.Options{})
			eve := join(b, core, "eve")
			b.ReportAllocs()
			for b.Loop() {
				if err := eve.SayTo(chatcore.Destination{}, text); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
