//go:build e2e

package threats

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os/exec"
	"regexp"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	gossh "golang.org/x/crypto/ssh"
	"golang.org/x/sys/unix"
)

// linkRates returns the speeds of the slow readers' links, in kbit/s. The slowest carries
// 500 bytes a second with all headers.
func linkRates() []int {
	return either([]int{4, 8, 16, 20, 24, 32, 64, 128}, []int{4, 16, 32})
}

// windows are how a slow reader comes in: the port, how much its kernel takes at once and,
// on ssh, how much its client does. 0 is the kernel's choice, 1 the least possible.
var windows = []struct {
	port         string
	kernel, room int
}{
	{"raw", 0, 0}, {"raw", 1, 0}, {"raw", 4096, 0},
	{"ssh", 0, 2 << 20}, {"ssh", 1, 2 << 20}, {"ssh", 0, 1 << 10}, {"ssh", 4096, 4 << 10},
}

// Row 25: a client that reads all that its link lets through stays, at any speed from 500
// bytes a second and with any window, and hears everything in order. A client that takes
// nothing is closed, however much else it says.
func TestThreat25_SlowReaders(t *testing.T) {
	t.Parallel()
	tool(t, "tc")
	n := newNetwork(t, 9)
	n.ip(t, "link set NSa mtu 576 gso_max_segs 1")
	n.ip(t, "-n NS link set NSb mtu 576")
	s := start(t, append([]string{"--ssh", n.here + ":0", "--tcp", n.here + ":0"}, limitsOff...)...)
	talker, err := raw(s, n.here, "talker")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(talker.end)
	var slow []*slowReader
	for _, rate := range linkRates() {
		for _, w := range windows {
			r := &slowReader{nick: fmt.Sprintf("slow%d", len(slow)), rate: rate, done: make(chan error, 1)}
			r.name = fmt.Sprintf("%s at %d kbit/s, windows %d and %d", w.port, rate, w.kernel, w.room)
			if _, err := n.inside(func() (*person, error) { return nil, r.enter(s, n, 20_000+len(slow), w.port, w.kernel, w.room) }); err != nil {
				t.Fatalf("%s: %v", r.name, err)
			}
			t.Cleanup(func() { _ = r.nc.Close() })
			slow = append(slow, r)
		}
	}
	for nick, stick := range stuckFast {
		if _, err := n.inside(func() (*person, error) { return nil, stick(t, s, nick) }); err != nil {
			t.Fatalf("%s: %v", nick, err)
		}
	}
	n.shape(t, slow)
	const lines = 50
	for _, r := range slow {
		go r.listen(lines)
	}
	begun := time.Now()
	for i := range lines {
		if err := talker.say(fmt.Sprintf("%d %s", i, strings.Repeat("x", 4000))); err != nil {
			t.Fatal(err)
		}
	}
	gone(t, s, begun)
	time.Sleep(time.Until(begun.Add(either(75*time.Second, 25*time.Second))))
	for _, r := range slow {
		r.judge(t, lines, begun)
	}
}

// slowReader is a client that reads all that its link lets through.
type slowReader struct {
	nick, name string
	rate       int
	port       int
	nc         net.Conn
	in         *bufio.Reader
	heard      atomic.Int64 // lines
	bytes      atomic.Int64 // read off the wire: an SSH packet of 20 KB takes 40 s at 4 kbit/s
	done       chan error   // the error that ended listening; nil: all was heard
}

// counted counts the bytes read.
type counted struct {
	net.Conn
	bytes *atomic.Int64
}

func (c counted) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	c.bytes.Add(int64(n))
	return n, err
}

// enter comes in from a separate port, by which its link is known.
func (r *slowReader) enter(s *server, n *network, from int, port string, kernel, room int) (err error) {
	to := s.tcp
	if port == "ssh" {
		to = s.ssh
	}
	r.port = from
	nc, err := dialWith(net.JoinHostPort(n.there, fmt.Sprint(from)), to, kernel)
	if err != nil {
		return err
	}
	r.nc = counted{nc, &r.bytes}
	if port == "raw" {
		p := &person{nick: r.nick, in: bufio.NewReader(r.nc), out: r.nc}
		r.in = p.in
		err = p.enter(func(d time.Duration) { _ = r.nc.SetReadDeadline(time.Now().Add(d)) }, r.nick+"\n")
		_ = r.nc.SetReadDeadline(time.Time{})
		return err
	}
	w, err := wiredOver(r.nc, r.nick)
	if err != nil {
		return err
	}
	c := &frugal{wire: w}
	if c.channel, err = w.open(uint32(room)); err == nil {
		err = w.ask(c.channel, "shell", nil)
	}
	if err != nil {
		return err
	}
	p := &person{nick: r.nick, in: bufio.NewReaderSize(c, 512), out: c}
	r.in = p.in
	return p.enter(func(time.Duration) {}, "")
}

// dialWith is dial for a client whose kernel has little room.
func dialWith(from, to string, kernel int) (net.Conn, error) {
	local, err := net.ResolveTCPAddr("tcp", from)
	if err != nil {
		return nil, err
	}
	d := net.Dialer{LocalAddr: local, Timeout: 5 * time.Second}
	if kernel > 0 {
		d.Control = func(_, _ string, c syscall.RawConn) (err error) {
			failed := c.Control(func(fd uintptr) { err = unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_RCVBUF, kernel) })
			return errors.Join(failed, err)
		}
	}
	return d.DialContext(context.Background(), "tcp", to)
}

// frugal is an ssh client that opens its window by exactly as much as it has read.
type frugal struct {
	*wire
	channel uint32
	rest    []byte
}

func (c *frugal) Read(p []byte) (int, error) {
	for len(c.rest) == 0 {
		m, err := c.receive()
		if err != nil {
			return 0, err
		}
		if m[0] == msgChannelData {
			c.rest = m[9:]
			err = c.send(gossh.Marshal(struct {
				Channel uint32 `sshtype:"93"`
				Bytes   uint32
			}{c.channel, uint32(len(c.rest))}))
		}
		if err != nil {
			return 0, err
		}
	}
	n := copy(p, c.rest)
	c.rest = c.rest[n:]
	return n, nil
}

func (c *frugal) Write(p []byte) (int, error) {
	return len(p), c.send(dataMessage(c.channel, string(p)))
}

// listen hears lines in order.
func (r *slowReader) listen(lines int) {
	r.bytes.Store(0)
	for i := range lines {
		line := ""
		for !strings.HasSuffix(line, "\n") {
			part, err := r.in.ReadSlice('\n')
			line += string(part)
			if err != nil && !errors.Is(err, bufio.ErrBufferFull) {
				r.done <- err
				return
			}
		}
		if want := fmt.Sprintf("talker: %d %s\r\n", i, strings.Repeat("x", 4000)); line != want {
			r.done <- fmt.Errorf("hears %.40q of %d bytes, and line %d is next", line, len(line), i)
			return
		}
		r.heard.Add(1)
	}
	r.done <- nil
}

// judge fails the test if the reader was cut, or has not received what its link carries.
func (r *slowReader) judge(t *testing.T, lines int, begun time.Time) {
	t.Helper()
	got, took := r.bytes.Load(), time.Since(begun)
	select {
	case err := <-r.done:
		if err != nil {
			t.Errorf("%s: %v after %d lines, %d bytes", r.name, err, r.heard.Load(), got)
		}
		return
	default:
	}
	link := float64(r.rate) * 1000 / 8 * took.Seconds()
	t.Logf("%s: %d bytes in %s, %.0f %% of what its link carries", r.name, got, took.Round(time.Second), 100*float64(got)/link)
	if float64(got) < link/4 {
		t.Errorf("%s: took %d bytes in %s of %.0f that its link carries", r.name, got, took.Round(time.Second), link)
	}
}

// shape gives each reader its own link.
func (n *network) shape(t *testing.T, readers []*slowReader) {
	t.Helper()
	var batch strings.Builder
	fmt.Fprintf(&batch, "qdisc add dev %[1]sa root handle 1: htb default 1\nclass add dev %[1]sa parent 1: classid 1:1 htb rate 10gbit quantum 60000\n", n.name)
	for i, r := range readers {
		fmt.Fprintf(&batch, "class add dev %[1]sa parent 1: classid 1:%[2]x htb rate %[3]dkbit burst 1200 cburst 1200 quantum 1200\n"+
			"qdisc add dev %[1]sa parent 1:%[2]x pfifo limit 20\n"+
			"filter add dev %[1]sa parent 1: protocol ip u32 match ip dport %[4]d 0xffff flowid 1:%[2]x\n", n.name, 16+i, r.rate, r.port)
	}
	tc := exec.Command("tc", "-batch", "-")
	tc.Stdin = strings.NewReader(batch.String())
	if out, err := tc.CombinedOutput(); err != nil {
		t.Fatalf("tc: %v: %s", err, out)
	}
}

// stuckFast are ways to take nothing over a fast link.
var stuckFast = map[string]func(t *testing.T, s *server, nick string) error{
	"stopped": func(t *testing.T, s *server, nick string) error { // it reads nothing
		_, err := stopped(t, s, nick, 1)
		return err
	},
	"stoppedwide": func(t *testing.T, s *server, nick string) error { // its kernel has room for half of what comes
		_, err := stopped(t, s, nick, 32<<10)
		return err
	},
	"crumbs": func(t *testing.T, s *server, nick string) error { // it reads one byte every 9 s
		nc, err := stopped(t, s, nick, 1)
		if err == nil {
			go func() {
				for one := make([]byte, 1); ; time.Sleep(9 * time.Second) {
					if _, err := nc.Read(one); err != nil {
						return
					}
				}
			}()
		}
		return err
	},
	"chatter":      func(t *testing.T, s *server, nick string) error { return chatter(t, s, nick, 0) },
	"sshcrumbs":    func(t *testing.T, s *server, nick string) error { return chatter(t, s, nick, 1) },
	"stoppedlarge": func(t *testing.T, s *server, nick string) error { return stoppedLater(t, s, nick) },
}

// stopped is a client on the raw port that reads nothing. kernel is the room that its kernel
// has, as in [windows].
func stopped(t *testing.T, s *server, nick string, kernel int) (net.Conn, error) {
	nc, err := dialWith(":0", s.tcp, kernel)
	if err != nil {
		return nil, err
	}
	t.Cleanup(func() { _ = nc.Close() })
	_, err = io.WriteString(nc, nick+"\n")
	return nc, err
}

// stoppedLater is a client on ssh that is in, and reads nothing from then on.
func stoppedLater(t *testing.T, s *server, nick string) error {
	nc, err := dialWith(":0", s.ssh, 4096)
	if err != nil {
		return err
	}
	t.Cleanup(func() { _ = nc.Close() })
	w, err := wiredOver(nc, nick)
	if err != nil {
		return err
	}
	channel, err := w.open(2 << 20)
	if err == nil {
		err = w.ask(channel, "shell", nil)
	}
	return err
}

// chatter is a client on ssh whose window is shut except for crumb bytes every 9 s. It sends a
// keepalive twice a second and takes the answers.
func chatter(t *testing.T, s *server, nick string, crumb uint32) error {
	nc, err := dialWith(":0", s.ssh, 0)
	if err != nil {
		return err
	}
	t.Cleanup(func() { _ = nc.Close() })
	w, err := wiredOver(nc, nick)
	if err != nil {
		return err
	}
	channel, err := w.open(crumb)
	if err == nil {
		err = w.ask(channel, "shell", nil)
	}
	if err != nil {
		return err
	}
	go w.drain()
	go func() {
		for i := 1; err == nil; i++ {
			time.Sleep(500 * time.Millisecond)
			err = w.send(gossh.Marshal(struct {
				Kind  string `sshtype:"80"`
				Reply bool
			}{"keepalive@openssh.com", true}))
			if i%18 == 0 && crumb > 0 {
				err = errors.Join(err, w.send(gossh.Marshal(struct {
					Channel uint32 `sshtype:"93"`
					Bytes   uint32
				}{channel, crumb})))
			}
		}
	}()
	return nil
}

// gone waits until the stuck clients are gone.
func gone(t *testing.T, s *server, begun time.Time) {
	t.Helper()
	for nick := range stuckFast {
		ended := regexp.MustCompile(`msg="session ends" (nick|user)=` + nick + ` .*reason=(\S+)`)
		var end []string
		if !eventually(time.Until(begun.Add(promptly(15*time.Second))), func() bool {
			end = ended.FindStringSubmatch(s.logged())
			return end != nil
		}) {
			t.Errorf("%s takes nothing and is not gone after %s", nick, time.Since(begun).Round(time.Second))
			continue
		}
		t.Logf("%s is gone after %s at the latest: %s", nick, time.Since(begun).Round(100*time.Millisecond), end[2])
		if end[2] != "stalled" && end[2] != "dead" {
			t.Errorf("%s was closed as %s", nick, end[2])
		}
	}
}
