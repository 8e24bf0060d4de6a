package chatcore_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"parley/chatcore"
)

// The note that the server stops is the last line of every session, whatever answer is
// being put together at that moment.
func TestThreat33_TheLastWordIsTheLast(t *testing.T) {
	const people, last = 300, "server is going down"
	for range 2 {
		core := chatcore.New(chatcore.Options{})
		var all []*client
		for i := range people {
			c := join(t, core, fmt.Sprint("n", i))
			c.does("!enter dev")
			all = append(all, c)
		}
		all[0].does("!topic dev release on friday")
		var ready, asking sync.WaitGroup
		for i, c := range all {
			ready.Add(1)
			asking.Go(func() {
				ready.Done()
				for c.Reason() == "" {
					for _, l := range []string{"!help", "!whois n1", "!topic dev", "!users", "!members dev", "!ignore"} {
						if i%2 == 0 {
							_ = c.Do(l)
						} else {
							c.DoAll([][]byte{[]byte(l), []byte("!nosuch")}, c.Tell)
						}
					}
				}
			})
		}
		ready.Wait()
		core.Shutdown(last)
		asking.Wait()
		wrong := 0
		for _, c := range all {
			if text := c.taken(); !strings.HasSuffix(text, "! "+last+"\r\n") || strings.Count(text, last) != 1 {
				wrong++
			}
		}
		if wrong > 0 {
			t.Fatalf("%d of %d were told something after the last word", wrong, people)
		}
	}
}
