package render

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"parley/chatcore"
)

// noon is five past one on a Wednesday, in UTC.
var noon = time.Date(2026, time.March, 4, 13, 5, 9, 0, time.UTC)

var annKey, bobKey = chatcore.Principal{Key: "SHA256:ann"}, chatcore.Principal{Key: "SHA256:bert"}

// marked is output as tests spell it: names for SGR, <ann> for ann's colour, <ANN>
// where it is shown as one that speaks to the person, | for the end of a line.
func marked(out []byte) string {
	var pairs []string
	for _, who := range []struct {
		nick     string
		identity chatcore.Principal
	}{{"ann", annKey}, {"bob", bobKey}, {"eve", chatcore.Principal{}}} {
		colour := "\x1b[" + Colour(who.nick, who.identity)
		pairs = append(pairs, colour+"m", "<"+who.nick+">", colour+";7m", "<"+strings.ToUpper(who.nick)+">")
	}
	return strings.NewReplacer(append(pairs, "\x1b[2m", "<faint>", "\x1b[1m", "<bold>", "\x1b[31m", "<red>", "\x1b[7m", "<loud>", "\x1b[m", "</>",
		"\a", "<BEL>", "\x1b]", "<OSC>", "\r\n", "|")...).Replace(string(out))
}

var (
	marks    = regexp.MustCompile(`</?\w*>`)
	coloured = regexp.MustCompile(`<(?:ann|bob|eve)>(.*?)</>`)
	louder   = strings.NewReplacer("<ANN>", "<loud>", "<BOB>", "<loud>", "<EVE>", "<loud>", "<red>", "<bold>")
)

// colourless is what is left of a line without colours.
func colourless(line string) string { return louder.Replace(coloured.ReplaceAllString(line, "$1")) }

func TestLines(t *testing.T) {
	said := chatcore.Event{Kind: chatcore.Said, From: "ann", Identity: annKey, Text: "hi all"}
	room, guest, lines, guestLines := said, said, said, said
	room.Room = "dev"
	guest.From, guest.Identity = "eve", chatcore.Principal{}
	lines.Text = "see:\n  one\n\ntwo"
	guestLines.From, guestLines.Identity, guestLines.Room, guestLines.Text = "eve", chatcore.Principal{}, "dev", "a\nb"
	private := chatcore.Event{Kind: chatcore.Whispered, From: "ann", Identity: annKey, To: "bob", ToIdentity: bobKey, Text: "psst"}
	toGuest, fromGuest, toSelf, privateLines := private, private, private, private
	toGuest.To, toGuest.ToIdentity = "eve", chatcore.Principal{}
	fromGuest.From, fromGuest.Identity = "eve", chatcore.Principal{}
	toSelf.To, toSelf.ToIdentity = "ann", annKey
	privateLines.Text = "a\nb"
	emote := chatcore.Event{Kind: chatcore.Emoted, From: "ann", Identity: annKey, Text: "waves"}
	roomEmote, guestEmote := emote, emote
	roomEmote.Room = "dev"
	guestEmote.From, guestEmote.Identity = "eve", chatcore.Principal{}

	for _, tt := range []struct {
		name  string
		event chatcore.Event
		view  chatcore.View
		want  string
	}{
		{"said by someone else", said, chatcore.Received, "<faint>13:05 </><ann>ann</>: hi all|"},
		{"said in another session of one's own", said, chatcore.Own, "<faint>13:05 </><ann>ann</>: hi all|"},
		{"said here", said, chatcore.Echo, "<faint>13:05 </><ann>ann</>: hi all|"},
		{"a mention is loud and bold", said, chatcore.Mentioned, "<faint>13:05 </><ANN>ann</>: <bold>hi all</>|"},
		{"a guest has a mark", guest, chatcore.Received, "<faint>13:05 </><eve>~eve</>: hi all|"},
		{"in a room", room, chatcore.Received, "<faint>13:05 </><bold>[dev]</> <ann>ann</>: hi all|"},
		{"a mention in a room", room, chatcore.Mentioned, "<faint>13:05 </><bold>[dev]</> <ANN>ann</>: <bold>hi all</>|"},
		{"several lines stand below", lines, chatcore.Received, "<faint>13:05 </><ann>ann</>:|    see:|      one|    |    two|"},
		{"and are bold each in a mention", guestLines, chatcore.Mentioned, "<faint>13:05 </><bold>[dev]</> <EVE>~eve</>:|    <bold>a</>|    <bold>b</>|"},
		{"private, from someone", private, chatcore.Received, "<faint>13:05 </><ANN>ann</> → you: <bold>psst</>|"},
		{"private, from a guest", fromGuest, chatcore.Received, "<faint>13:05 </><EVE>~eve</> → you: <bold>psst</>|"},
		{"private, to someone", private, chatcore.Echo, "<faint>13:05 </>you → <bob>bob</>: psst|"},
		{"private, from another session of one's own", private, chatcore.Own, "<faint>13:05 </>you → <bob>bob</>: psst|"},
		{"private, to a guest", toGuest, chatcore.Echo, "<faint>13:05 </>you → <eve>~eve</>: psst|"},
		{"private, to oneself", toSelf, chatcore.Echo, "<faint>13:05 </>you → <ann>ann</>: psst|"},
		{"private, several lines", privateLines, chatcore.Received, "<faint>13:05 </><ANN>ann</> → you:|    <bold>a</>|    <bold>b</>|"},
		{"private, several lines of one's own", privateLines, chatcore.Echo, "<faint>13:05 </>you → <bob>bob</>:|    a|    b|"},
		{"an emote", emote, chatcore.Received, "* <ann>ann</> waves|"},
		{"an emote of one's own", emote, chatcore.Echo, "* <ann>ann</> waves|"},
		{"an emote in a room", roomEmote, chatcore.Received, "<bold>[dev]</> * <ann>ann</> waves|"},
		{"an emote of a guest", guestEmote, chatcore.Received, "* <eve>~eve</> waves|"},
		{"an emote that mentions", roomEmote, chatcore.Mentioned, "<bold>[dev]</> * <ANN>ann</> <bold>waves</>|"},
		{"news stand back", chatcore.Event{Kind: chatcore.Noticed, Text: "eve joined", People: "~eve joined"}, chatcore.Received, "<faint>* ~eve joined</>|"},
		{"news of a room", chatcore.Event{Kind: chatcore.Noticed, Room: "dev", Text: "bob left", People: "bob left"}, chatcore.Received, "<bold>[dev]</> <faint>* bob left</>|"},
		{"an error is red", chatcore.Event{Kind: chatcore.Refused, What: "no such user", Text: "zoe"}, chatcore.Received, "<red>! no such user: zoe</>|"},
		{"other words", chatcore.Event{Kind: chatcore.Noted, Text: "dev has no topic"}, chatcore.Received, "dev has no topic|"},
		{"who is online", answer("users", "", "ann", "bob"), chatcore.Received, "Online: ann, bob|"},
		{"the rooms", answer("rooms", "", "dev", "ops"), chatcore.Received, "Rooms: dev, ops|"},
		{"no rooms", answer("rooms", ""), chatcore.Received, "There are no rooms. /enter NAME makes one.|"},
		{"the members of a room", answer("members", "dev", "ann"), chatcore.Received, "In dev: ann|"},
		{"any other list is as it is", answer("moons", "", "io", "europa"), chatcore.Received, "io europa|"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.event.Time = noon
			for name, way := range map[string]struct {
				style Style
				want  string
			}{
				"in colour":         {Style{Zone: time.UTC, Colour: true}, tt.want},
				"in bold and faint": {Style{Zone: time.UTC, Emphasis: true}, colourless(tt.want)},
				"as plain text":     {Style{Zone: time.UTC}, marks.ReplaceAllString(tt.want, "")},
			} {
				if got := marked(way.style.Append([]byte("before "), &tt.event, tt.view)); got != "before "+way.want {
					t.Errorf("%s\n got %s\nwant before %s", name, got, way.want)
				}
			}
		})
	}
}

func answer(list, room string, items ...string) chatcore.Event {
	return chatcore.Event{Kind: chatcore.Answered, List: list, Room: room, Items: items, Text: strings.Join(items, " ")}
}

func TestClocks(t *testing.T) {
	said := chatcore.Event{Kind: chatcore.Said, Time: noon, From: "ann", Identity: annKey, Text: "hi"}
	private := chatcore.Event{Kind: chatcore.Whispered, Time: noon, From: "ann", To: "bob", Identity: annKey, Text: "hi"}
	for _, tt := range []struct {
		name  string
		clock Clock
		zone  *time.Location
		want  string
	}{
		{"off", NoClock, time.UTC, ""},
		{"hours and minutes", HourMinute, time.UTC, "13:05 "},
		{"seconds", HourMinuteSecond, time.UTC, "13:05:09 "},
		{"in the zone", HourMinute, location(t, "Asia/Kolkata"), "18:35 "},
		{"in summer or winter", HourMinute, location(t, "Europe/Berlin"), "14:05 "},
		{"at an offset", HourMinuteSecond, time.FixedZone("", -8*60*60), "05:05:09 "},
		{"of the next day", HourMinute, location(t, "Pacific/Kiritimati"), "03:05 "},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := Style{Zone: tt.zone, Clock: tt.clock}
			if got, want := string(s.Append(nil, &said, chatcore.Received)), tt.want+"ann: hi\r\n"; got != want {
				t.Errorf("said: %q, want %q", got, want)
			}
			if got, want := string(s.Append(nil, &private, chatcore.Received)), tt.want+"ann → you: hi\r\n"; got != want {
				t.Errorf("private: %q, want %q", got, want)
			}
		})
	}
}

func location(t *testing.T, name string) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

func TestEqualStylesAreEqual(t *testing.T) {
	berlin := location(t, "Europe/Berlin")
	a, b := chatcore.Format(Style{Zone: berlin, Colour: true}), chatcore.Format(Style{Zone: berlin, Colour: true})
	if a != b {
		t.Error("the same style twice would be rendered twice")
	}
}

func TestFaintLines(t *testing.T) {
	if got := marked(Style{Colour: true}.AppendFaint(nil, "-- now --")); got != "<faint>-- now --</>|" {
		t.Error(got)
	}
	if got := marked(Style{}.AppendFaint(nil, "-- now --")); got != "-- now --|" {
		t.Error(got)
	}
}

func TestHistoryIsSetApartAndHasDates(t *testing.T) {
	at := func(add time.Duration, text string) chatcore.Past {
		return chatcore.Past{Event: &chatcore.Event{Kind: chatcore.Said, Time: noon.Add(add), From: "ann", Identity: annKey, Text: text}, View: chatcore.Received}
	}
	private := chatcore.Event{Kind: chatcore.Whispered, Time: noon, From: "ann", To: "bob", Identity: annKey, ToIdentity: bobKey, Text: "psst"}
	for _, tt := range []struct {
		name string
		zone *time.Location
		past []chatcore.Past
		want string
	}{
		{"nothing", time.UTC, nil, ""},
		{"one day", time.UTC, []chatcore.Past{at(0, "a"), at(time.Hour, "b")}, "13:05 ann: a|14:05 ann: b|"},
		{"two days", time.UTC, []chatcore.Past{at(0, "a"), at(24*time.Hour, "b")}, "13:05 ann: a|-- Thursday, 5 March 2026 --|13:05 ann: b|"},
		{"two days in the zone", location(t, "Asia/Tokyo"), []chatcore.Past{at(0, "a"), at(2*time.Hour, "b")}, "22:05 ann: a|-- Thursday, 5 March 2026 --|00:05 ann: b|"},
		{"not today", time.UTC, []chatcore.Past{at(-24*time.Hour, "a"), at(0, "b")}, "-- Tuesday, 3 March 2026 --|13:05 ann: a|-- Wednesday, 4 March 2026 --|13:05 ann: b|"},
		{"in both directions", time.UTC, []chatcore.Past{{Event: &private, View: chatcore.Received}, {Event: &private, View: chatcore.Own}}, "13:05 ann → you: psst|13:05 you → bob: psst|"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			want := "-- what was said here --|" + tt.want + "-- now --|"
			if got := marked(Style{Zone: tt.zone}.AppendHistory(nil, tt.past, noon)); got != want {
				t.Errorf("got %s\nwant %s", got, want)
			}
		})
	}
}
