package render

import (
	"strings"
	"testing"
	"time"

	"parley/chatcore"
)

func TestAppendWho(t *testing.T) {
	members := []chatcore.Member{
		{Nick: "ann", Identity: annKey, Rooms: []string{"dev", "ops"}},
		{Nick: "bob", Identity: bobKey, IsAway: true, Idle: 3 * time.Hour},
		{Nick: "eve", Idle: 61 * time.Second, Rooms: []string{"dev"}},
		{Nick: "李小龙", IsAway: true, Away: "吃饭", Idle: 2*24*time.Hour + 1, Rooms: []string{"房间"}},
		{Nick: "Zoë"},
	}
	want := []string{
		"NICK     IDENTITY  IDLE  AWAY  ROOMS",
		"ann      verified  0s    -     dev ops",
		"bob      verified  3h    away  ",
		"~eve     guest     1m    -     dev",
		"~李小龙  guest     2d    吃饭  房间",
		"~Zoë     guest     0s    -     ",
	}
	got := Style{Zone: time.UTC}.AppendWho([]byte("Here:\r\n"), members)
	if string(got) != "Here:\r\n"+strings.Join(want, "\r\n")+"\r\n" {
		t.Errorf("got\n%s\nwant\n%s", got, strings.Join(want, "\n"))
	}
	inColour := marked(Style{Zone: time.UTC, Colour: true}.AppendWho(nil, members[:3]))
	if want := "<faint>NICK</>  <faint>IDENTITY</>  <faint>IDLE</>  <faint>AWAY</>  <faint>ROOMS</>|" +
		"<ann>ann</>   verified  0s    -     dev ops|<bob>bob</>   verified  3h    away  |<eve>~eve</>  guest     1m    -     dev|"; inColour != want {
		t.Errorf("in colour\n got %s\nwant %s", inColour, want)
	}
}

func TestAnEmptyTableHasAHead(t *testing.T) {
	if got := marked(Style{}.AppendWho(nil, nil)); got != "NICK  IDENTITY  IDLE  AWAY  ROOMS|" {
		t.Error(got)
	}
}

func TestSpan(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "0s", 999 * time.Millisecond: "0s", time.Second: "1s", time.Minute - 1: "59s", time.Minute: "1m",
		time.Hour - 1: "59m", time.Hour: "1h", 24*time.Hour - 1: "23h", 24 * time.Hour: "1d", 400 * 24 * time.Hour: "400d",
	} {
		if got := Span(d); got != want {
			t.Errorf("Span(%v) = %s, want %s", d, got, want)
		}
	}
}
