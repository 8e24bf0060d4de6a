package script

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

const (
	// patience bounds each wait of a script. Only a failing script spends it.
	patience = 10 * time.Second
	// settleTime is how long a match at the very end of what came must stay there: the next bytes may belong to it,
	// as the last digits of a port do.
	settleTime = 50 * time.Millisecond
	// maxShown is how much of a stream's end is shown in a failure.
	maxShown = 16 << 10
)

// A peer is a program or a connection.
type peer struct {
	name    string
	streams []*stream // a program's output and error, or what a connection receives
	in      io.Writer
	cmd     *exec.Cmd // nil for a connection
	conn    *net.TCPConn
	listen  func() // a connection: begin to read, if it was deaf; may be called again

	changed chan struct{} // holds one token when a stream grew since it was last taken
	done    chan struct{} // closed after the end, when the streams are complete
	err     error         // how it ended: to be read after done
}

// newPeer returns a peer that is written to these streams.
func newPeer(name string, streams ...string) *peer {
	changed := make(chan struct{}, 1)
	p := &peer{name: name, changed: changed, done: make(chan struct{})}
	for _, to := range streams {
		p.streams = append(p.streams, &stream{name: to, changed: changed})
	}
	return p
}

// ended reports whether all that will ever come has come.
func (p *peer) ended() bool {
	select {
	case <-p.done:
		return true
	default:
		return false
	}
}

// await waits for re in any of the streams and returns the match and its groups.
func (p *peer) await(re *regexp.Regexp) ([]string, error) {
	late := time.After(patience)
	settled := false
	for {
		ended := p.ended() // before looking: then nothing can come after the look
		unsettled := false
		for _, s := range p.streams {
			groups, last := s.match(re, settled || ended)
			if groups != nil {
				return groups, nil
			}
			unsettled = unsettled || last
		}
		if ended {
			return nil, errors.New("ended without it")
		}
		var settle <-chan time.Time
		if unsettled {
			settle = time.After(settleTime)
		}
		settled = false
		select {
		case <-p.changed:
		case <-p.done:
		case <-settle:
			settled = true
		case <-late:
			return nil, fmt.Errorf("not within %v", patience)
		}
	}
}

// wait waits for the end.
func (p *peer) wait(within time.Duration) error {
	select {
	case <-p.done:
		return nil
	case <-time.After(within):
		return fmt.Errorf("%s: not ended within %v", p.name, within)
	}
}

// kill ends the peer for good.
func (p *peer) kill() {
	if p.cmd != nil {
		p.cmd.Process.Kill() // an error says that it has ended
	} else {
		p.conn.Close()
		p.listen()
	}
	<-p.done
}

// unmatched shows the end of what came after the last match, quoted.
func (p *peer) unmatched() string {
	var b strings.Builder
	for _, s := range p.streams {
		rest := s.rest()
		fmt.Fprintf(&b, " %s %q", s.name, rest[max(0, len(rest)-maxShown):])
	}
	return b.String()
}

// dump logs what the peer wrote.
func (p *peer) dump(ts *testscript.TestScript) {
	for _, s := range p.streams {
		data := s.all()
		if cut := len(data) - maxShown; cut > 0 {
			data = fmt.Appendf(nil, "[%d bytes before]...%s", cut, data[cut:])
		}
		ts.Logf("[%s %s]\n%s", p.name, s.name, data)
	}
}

// stream is what one peer wrote to one place.
type stream struct {
	name    string
	changed chan<- struct{}

	mu   sync.Mutex
	data []byte
	seen int // end of the last match in data
}

func (s *stream) Write(p []byte) (int, error) {
	s.mu.Lock()
	s.data = append(s.data, p...)
	s.mu.Unlock()
	select {
	case s.changed <- struct{}{}:
	default: // the token is there already
	}
	return len(p), nil
}

// all returns everything that was written.
func (s *stream) all() []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	return bytes.Clone(s.data)
}

// rest returns what came after the last match.
func (s *stream) rest() []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	return bytes.Clone(s.data[s.seen:])
}

// match looks for re in what came after the last match. last says that the match reaches to the end of what came.
// The match counts as seen when last is false or accepted.
func (s *stream) match(re *regexp.Regexp, acceptLast bool) (groups []string, last bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	rest := s.data[s.seen:]
	at := re.FindSubmatchIndex(rest)
	if at == nil {
		return nil, false
	}
	if last = at[1] == len(rest) && !bytes.HasSuffix(rest, []byte("\n")); last && !acceptLast {
		return nil, true
	}
	for _, group := range re.FindSubmatch(rest) {
		groups = append(groups, string(group))
	}
	s.seen += at[1]
	return groups, last
}
