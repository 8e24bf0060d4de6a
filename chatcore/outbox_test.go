package chatcore_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"parley/chatcore"
)

// limit is the outbox limit in these tests, in bytes.
const limit = 340

const lastWords = "!error too slow: over 340 bytes unread"

func TestAFullOutboxEndsItsSession(t *testing.T) {
	core := chatcore.New(chatcore.Options{Outbox: limit})
	slow := join(t, core, "slow")
	for range 10 { // each takes 24 bytes besides its own 10
		slow.Send([]byte("12345678\r\n"))
	}
	if r := slow.Reason(); r != "" {
		t.Fatalf("ended at the limit: %q", r)
	}
	if st := core.Stats(); st.Owed != limit {
		t.Errorf("%d bytes owed, want %d", st.Owed, limit)
	}
	slow.Send([]byte("1\r\n"))
	slow.ended(chatcore.TooSlow)
	slow.Send([]byte("never told\r\n"))
	slow.Note("never told")
	slow.hears(lastWords)
	slow.hears()
	if slow.told != 1 {
		t.Errorf("told %d times that something is owed, want once", slow.told)
	}
	slow.Leave(chatcore.Disconnected)
	if st := core.Stats(); st.Closed[chatcore.TooSlow] != 1 || len(st.Closed) != 1 {
		t.Errorf("closed: %v", st.Closed)
	}
}

func TestWhatIsTakenMakesRoom(t *testing.T) {
	core := chatcore.New(chatcore.Options{Outbox: limit})
	c := join(t, core, "ann")
	for range 100 {
		c.Send([]byte(strings.Repeat("x", limit) + "\r\n"))
		c.hears(strings.Repeat("x", limit))
	}
	if c.Reason() != "" {
		t.Errorf("ended: %q", c.Reason())
	}
}

// An answer may exceed the limit of the outbox. What follows it is no reason to close a
// client that reads.
func TestOneFrameMayExceedTheOutbox(t *testing.T) {
	core := chatcore.New(chatcore.Options{Outbox: limit})
	c := join(t, core, "ann")
	long := strings.Repeat("x", 1000)
	for range 3 {
		c.Send([]byte("short\r\n"))
		c.Send([]byte(long + "\r\n"))
		c.Send([]byte("more\r\n"))
		c.hears("short", long, "more")
	}
	if st := core.Stats(); c.Reason() != "" || st.Owed != 0 {
		t.Errorf("ended %q, %d bytes owed", c.Reason(), st.Owed)
	}
}

func TestNoLimitMeansNone(t *testing.T) {
	c := join(t, chatcore.New(chatcore.Options{}), "ann")
	for range 1000 {
		c.Send(make([]byte, 1<<10))
	}
	if got := len(c.taken()); got != 1000<<10 {
		t.Errorf("%d bytes owed, want %d", got, 1000<<10)
	}
}

func TestASlowReceiverCostsTheOthersNothing(t *testing.T) {
	core := chatcore.New(chatcore.Options{Outbox: limit})
	all := joinAll(t, core, "ann", "bob", "slow", "zed")
	for _, c := range all {
		c.does("!enter dev")
	}
	var want []string
	for i := range 50 {
		line := fmt.Sprintf("@dev %d", i)
		all["ann"].does(line)
		want = append(want, fmt.Sprintf("@dev ann: %d", i))
		if i%4 == 3 {
			all["bob"].hears(want...)
			all["zed"].hears(want...)
			want = nil
		}
	}
	all["slow"].hears(lastWords)
	all["slow"].ended(chatcore.TooSlow)
	all["ann"].hears()
	if st := core.Stats(); st.Delivered != 110 { // 50 each, and to slow the first 10, of 37 bytes
		t.Errorf("%d delivered, want 110", st.Delivered)
	}
}

func TestTakeYieldsWholeFramesOfAboutMax(t *testing.T) {
	c := join(t, chatcore.New(chatcore.Options{}), "ann")
	for _, f := range []string{"aaaa", "bbbb", "cccc", "dddddddddddd", "e"} {
		c.Send([]byte(f))
	}
	c.Send(nil) // empty: the receiver is not told
	for _, want := range []string{"aaaabbbb", "cccc", "dddddddddddd", "e", ""} {
		got, more := c.Take([]byte(">"), 9)
		if string(got) != ">"+want || more != (len(want) > 1) {
			t.Errorf("Take = %q, more %t, want %q behind what was there, and more but behind the last", got, more, want)
		}
	}
}

func TestOwedIsToldOnceUntilNothingIsOwed(t *testing.T) {
	c := join(t, chatcore.New(chatcore.Options{}), "ann")
	told := func(want int) {
		t.Helper()
		if c.told != want {
			t.Errorf("told %d times, want %d", c.told, want)
		}
	}
	told(0)
	c.Send([]byte("1"))
	c.Send([]byte("2"))
	told(1)
	c.Take(nil, 1) // one of the two
	c.Send([]byte("3"))
	told(1)
	c.Take(nil, 100) // all of it
	c.Take(nil, 100) // nothing
	c.Show([]byte("4"))
	told(2)
}

// The reader sleeps until it is told, and then takes until nothing waits. A lost wake-up
// fails the test: synctest sees that no goroutine can continue.
func TestNoWakeUpIsLost(t *testing.T) {
	const senders, each = 4, 5000
	synctest.Test(t, func(t *testing.T) {
		c := join(t, chatcore.New(chatcore.Options{}), "ann")
		c.wake = make(chan struct{}, 1)
		var wg sync.WaitGroup
		for range senders {
			wg.Go(func() {
				for range each {
					c.Show([]byte("x"))
				}
			})
		}
		buf := make([]byte, 0, 16)
		for got := 0; got < senders*each; {
			<-c.wake
			for more := true; more; {
				var taken []byte
				taken, more = c.Take(buf, cap(buf))
				got += len(taken)
			}
		}
		wg.Wait()
	})
}
