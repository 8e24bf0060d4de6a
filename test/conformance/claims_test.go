package conformance

import "testing"

// TestManyClaimsOfOneNick has one owner of a nick, who can talk; the others are
// closed without a byte.
func TestManyClaimsOfOneNick(t *testing.T) {
	t.Parallel()
	const claims = 200
	s := serve(t)
	clients := make([]*client, claims)
	for i := range clients {
		clients[i] = rawPort{}.connect(t, s, ann)
	}
	start := make(chan struct{})
	got := make(chan string, claims)
	for _, c := range clients {
		go func() {
			<-start
			if _, err := c.in.Write([]byte("ann\r\n!users\r\n")); err != nil {
				got <- err.Error()
				return
			}
			line, err := c.tape.line()
			if err != nil {
				err = c.tape.seeEnd()
			}
			if err != nil {
				line = err.Error()
			}
			got <- line
		}()
	}
	close(start)
	owners := 0
	for range claims {
		switch line := <-got; line {
		case "ann\r\n":
			owners++
		case "":
		default:
			t.Errorf("a client got %q", line)
		}
	}
	if owners != 1 {
		t.Errorf("%d of %d have the nick", owners, claims)
	}
}
