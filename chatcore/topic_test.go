package chatcore_test

import (
	"testing"

	"parley/chatcore"
)

func (c *client) topicOf(room, want string) {
	c.t.Helper()
	if _, got, err := c.Topic(room); got != want || err != nil {
		c.t.Errorf("Topic(%q) = %q, %v, want %q", room, got, err, want)
	}
}

func TestTopic(t *testing.T) {
	core := chatcore.New(chatcore.Options{})
	ann, bob := join(t, core, "ann"), join(t, core, "bob")
	ann.does("!enter Dev")
	bob.asks("!topic dev", "! Dev has no topic")
	bob.topicOf("dev", "")
	bob.refuses("!topic dev lunch", "not in room: Dev")
	bob.asks("!topic dev", "! Dev has no topic")
	ann.asks("!topic DEV   what we \t do\u202e  ")
	bob.asks("!topic dev", "! topic of Dev: what we   do")
	bob.topicOf("DEV", "what we   do")
	if _, _, err := bob.Topic("ops"); err == nil || err.Error() != "no such room: ops" {
		t.Errorf("Topic of no room: %v", err)
	}
}

func TestATopicIsNewsOfTheRoom(t *testing.T) {
	core := chatcore.New(chatcore.Options{})
	ann, bob, carl := join(t, core, "ann"), join(t, core, "bob"), join(t, core, "carl")
	bob.does("!notices on")
	carl.does("!notices on")
	ann.does("!enter dev")
	bob.does("!enter dev")
	core.Tick()
	bob.hears("@dev * ann and bob joined")
	ann.does("!topic dev one", "!topic dev two")
	core.Tick()
	bob.hears("@dev * ann set the topic: one; ann set the topic: two")
	carl.hears()
}

func TestATopicEndsWithItsRoom(t *testing.T) {
	core := chatcore.New(chatcore.Options{})
	ann := join(t, core, "ann")
	ann.does("!enter dev", "!topic dev lunch")
	tail(t, core, chatcore.JoinRequest{Nick: "eve"}, "dev") // keeps the room as a watcher
	ann.does("!leave dev", "!enter dev")
	ann.asks("!topic dev", "! dev has no topic")
}
