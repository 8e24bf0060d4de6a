package chatcore_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"parley/chatcore"
)

// Long lists that wait unread are bounded, for all sessions together. Clients that read
// are answered again as soon as there is room.
func TestLongListsAreBounded(t *testing.T) {
	core := chatcore.New(chatcore.Options{Outbox: 256 << 10})
	for n := range 32 { // 3,200 rooms, whose names take 130 KB together
		c := join(t, core, fmt.Sprintf("member%d", n))
		for room := range 100 {
			c.does(fmt.Sprintf("!enter %s%d.%d", strings.Repeat("r", 24), n, room))
		}
	}
	var asking []*client
	refused := 0
	for n := range 1000 {
		c := join(t, core, fmt.Sprintf("asks%d", n))
		if err := c.Do("!rooms"); errors.Is(err, chatcore.ErrTooMany) {
			refused++
		} else if err != nil {
			t.Fatal(err)
		}
		if got := c.Surcharge(7); got < 90 && refused == 0 {
			t.Errorf("a list of 100 KB counts as %d more lines", got)
		}
		asking = append(asking, c)
	}
	if owed := 1000 - refused; owed < 300 || owed > 900 {
		t.Errorf("%d of 1000 lists are owed at once", owed)
	}
	last := asking[len(asking)-1]
	if err := last.Do("!rooms"); !errors.Is(err, chatcore.ErrTooMany) {
		t.Errorf("error %v", err)
	}
	for n, c := range asking[:20] { // one reads, another leaves, a third is too slow
		switch n % 3 {
		case 0:
			c.taken()
		case 1:
			c.Leave(chatcore.Quit)
		case 2:
			for c.Reason() == "" {
				c.Send(make([]byte, 64<<10))
			}
		}
	}
	if err := last.Do("!rooms"); err != nil {
		t.Errorf("there is room again, and it says %v", err)
	}
}
