package chatcore_test

import (
	"reflect"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"parley/chatcore"
)

func TestWho_IsATableOfPeople(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		core := chatcore.New(chatcore.Options{})
		begin := time.Now()
		kim := chatcore.JoinRequest{Nick: "kim", Identity: chatcore.Principal{Key: "SHA256:kim"}}
		ann := join(t, core, "Ann")
		one := admit(t, core, kim)
		admit(t, core, kim)
		ann.does("!enter ops", "!enter Dev", "!away lunch")
		time.Sleep(time.Minute)
		one.does("!enter dev", "!away", "")
		later := time.Now()
		bob := join(t, core, "bob")
		join(t, core, "zed").Leave(chatcore.Quit)
		admit(t, core, chatcore.JoinRequest{Nick: "bot", Kind: chatcore.Command})
		time.Sleep(time.Second)
		if err := bob.SayTo(chatcore.Destination{}, "hi"); err != nil {
			t.Error(err)
		}
		isAnn := chatcore.Member{Nick: "Ann", Away: "lunch", IsAway: true, AwaySince: begin, Idle: 61 * time.Second, Since: begin, Rooms: []string{"Dev", "ops"}, InRooms: 2, Sessions: 1}
		isBob := chatcore.Member{Nick: "bob", Since: begin.Add(time.Minute), Rooms: []string{}, Sessions: 1}
		isKim := chatcore.Member{Nick: "kim", Identity: chatcore.Principal{Key: "SHA256:kim"}, IsAway: true, AwaySince: later, Idle: time.Second, Since: begin, Rooms: []string{"Dev"}, InRooms: 1, Sessions: 2}
		for room, want := range map[string][]chatcore.Member{
			"": {isAnn, isBob, isKim}, "DEV": {isAnn, isKim}, "ops": {isAnn},
		} {
			if got, all, err := bob.Who(room, 10); err != nil || all != len(want) || !reflect.DeepEqual(got, want) {
				t.Errorf("Who(%q):\n%+v, %v, want\n%+v", room, got, err, want)
			}
		}
		if _, _, err := bob.Who("nowhere", 10); err == nil || err.Error() != "no such room: nowhere" {
			t.Errorf("who is in no room: %v", err)
		}
	})
}

func TestNamesToComplete(t *testing.T) {
	core := chatcore.New(chatcore.Options{})
	all := joinAll(t, core, "ann", "Bob", "carl", "dora", "emil")
	admit(t, core, chatcore.JoinRequest{Nick: "bot", Kind: chatcore.Command}).does("hi")
	ann := all["ann"]
	lists := func(what string, got []string, want ...string) {
		t.Helper()
		if !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", what, got, want)
		}
	}
	lists("nicks", ann.Nicks(), "Bob", "carl", "dora", "emil")
	lists("rooms", ann.Rooms())
	lists("all rooms", roomNames(ann))
	all["dora"].does("!enter dev", "@dev hi")
	all["carl"].does("!me waves", "!enter Cats")
	ann.does("hi", "!enter ops", "!enter DEV")
	all["emil"].does("#ann psst", "!nick Emma") // a private line does not count: only its receiver knows of it
	lists("nicks", ann.Nicks(), "carl", "dora", "Bob", "Emma")
	lists("rooms", ann.Rooms(), "dev", "ops")
	lists("all rooms", roomNames(ann), "Cats", "dev", "ops")
}

func roomNames(s *client) []string {
	names, all := s.RoomNames(10)
	if all != len(names) {
		s.t.Errorf("%d rooms of %d", len(names), all)
	}
	return names
}

func TestWho_SaysHowManyThereAre(t *testing.T) {
	core := chatcore.New(chatcore.Options{})
	all := joinAll(t, core, many(12)...)
	if got, n, err := all["n0"].Who("", 10); err != nil || len(got) != 10 || n != 12 {
		t.Errorf("%d of %d people, %v", len(got), n, err)
	}
}
