//go:build e2e

package threats

import (
	"errors"
	"fmt"
	"net"
	"sync"
	"testing"
	"time"
)

// Many rooms of five people each, who talk at the same time: all hear everything that is
// said in their room, in order, and nothing else. The log of the full form shows what a
// delivered line costs (docs/performance.md).
func TestManyRooms(t *testing.T) {
	rooms, perSecond, during := either(1000, 50), either(2000, 100), either(5, 1)
	const people = 5
	s := start(t, limitsOff...)
	all := make([][]*person, rooms)
	var coming sync.WaitGroup
	for i := range all {
		all[i] = make([]*person, people)
		coming.Go(func() {
			for k := range all[i] {
				p, err := raw(s, address(i%200), fmt.Sprintf("r%dp%d", i, k))
				if err == nil {
					err = p.enterRoom(fmt.Sprintf("room%d", i))
				}
				if err != nil {
					t.Error(err)
					return
				}
				t.Cleanup(p.end)
				all[i][k] = p
			}
		})
		if i%16 == 15 {
			coming.Wait()
		}
	}
	if coming.Wait(); t.Failed() {
		return
	}
	lines := perSecond * during / rooms // of each room
	before := s.cpu()
	var talk sync.WaitGroup
	begun := time.Now()
	for i, room := range all {
		talk.Go(func() {
			for n := range lines {
				due := time.Duration((float64(n) + float64(i)/float64(rooms)) / float64(lines) * float64(during) * float64(time.Second))
				time.Sleep(due - time.Since(begun))
				if err := room[n%people].say(fmt.Sprintf("@room%d %d", i, n)); err != nil {
					t.Error(err)
				}
			}
		})
		for k, p := range room {
			talk.Go(func() {
				for n := range lines {
					if n%people == k {
						continue // a person does not hear their own line
					}
					want := fmt.Sprintf("@room%d r%dp%d: %d", i, i, n%people, n)
					if line, err := p.line(); err != nil || line != want {
						t.Errorf("%s hears %q, %v; want %q", p.nick, line, err, want)
						return
					}
				}
			})
		}
	}
	talk.Wait()
	deliveries := rooms * lines * (people - 1)
	t.Logf("%d deliveries in %s, %s of the server's processor time each",
		deliveries, time.Since(begun).Round(time.Millisecond), (s.cpu()-before)/time.Duration(deliveries))
}

// enterRoom enters a room, and returns when the person is in it.
func (p *person) enterRoom(room string) error {
	nc, ok := p.out.(net.Conn)
	if !ok {
		return errors.New("not on the raw port")
	}
	_ = nc.SetReadDeadline(time.Now().Add(10 * time.Second))
	defer func() { _ = nc.SetReadDeadline(time.Time{}) }()
	if err := p.say("!enter " + room + "\n!rooms"); err != nil {
		return err
	}
	_, err := p.line()
	return err
}
