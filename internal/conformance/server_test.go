package conformance

import (
	"bytes"
	"context"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"

	"parley/chatcore"
	"parley/internal/flush"
	"parley/internal/input"
	"parley/internal/lineproto"
	"parley/internal/netguard"
	"parley/keys"
	"parley/sshserver"
	"parley/tcpserver"
)

// options are what a test may want otherwise than the program has it. The rate
// limit and the limits of netguard are off: they make a client wait, and here a
// hundred of them come from one address.
type options struct {
	hints, guests bool
	nickTimeout   time.Duration
	outbox        int
	sendBuffer    int // of the first connection of the raw port, in bytes; 0 for what is usual
}

func withHints(o *options)     { o.hints = true }
func withoutGuests(o *options) { o.guests = false }
func anyOutbox(o *options)     { o.outbox = 0 }

// smallSendBuffer is for a client that is to be behind soon: the system may keep
// 4 MB for it before the server notices that it does not read.
func smallSendBuffer(o *options) { o.sendBuffer = 32 << 10 }

// shortNickTimeout is long for a client that sends its nick at once.
const shortNickTimeout = 500 * time.Millisecond

func hurried(o *options) { o.nickTimeout = shortNickTimeout }

func hurriedWithHints(o *options) {
	hurried(o)
	withHints(o)
}

// server is a server on two ports of 127.0.0.1, wired as cmd/parley does it.
type server struct {
	core     *chatcore.Core
	tcp, ssh *net.TCPAddr
	book     *logBook
	stop     func() // once; returns when everybody is gone
}

// serve starts a server that lasts as long as the test.
func serve(t testing.TB, change ...func(*options)) *server {
	t.Helper()
	o := options{guests: true, nickTimeout: 30 * time.Second, outbox: 256 << 10}
	for _, c := range change {
		c(&o)
	}
	book := &logBook{}
	log := slog.New(slog.NewTextHandler(book, nil))
	const drain = 10 * time.Second

	core := chatcore.New(chatcore.Options{Outbox: o.outbox})
	flusher := flush.New(log)
	if o.outbox > 0 {
		flusher.Quota = min(flush.DefaultQuota, o.outbox/4)
	}
	limits := input.Limits{MaxLine: lineproto.DefaultMaxLine}
	raw := tcpserver.New(tcpserver.Options{
		Core: core, Flusher: flusher, Log: log, Input: limits,
		Hints: o.hints, NickTimeout: o.nickTimeout, Drain: drain,
	})
	secure, err := sshserver.New(sshserver.Options{
		Core: core, Flusher: flusher, Log: log, Input: limits, HostKey: keyOf(t, "the server").Signer(),
		Name: "parley", Guests: o.guests,
		HandshakeTimeout: 20 * time.Second, SessionTimeout: o.nickTimeout, Drain: drain,
	})
	if err != nil {
		t.Fatal(err)
	}

	guard := netguard.New(netguard.Limits{}, log)
	rawPort, sshPort := &tuned{Listener: listen(t), sendBuffer: o.sendBuffer}, listen(t)
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { flusher.Run(ctx) })
	running.Go(func() {
		if err := raw.Serve(guard.Listen(rawPort, raw.Refuse)); err != nil {
			t.Errorf("raw port: %v", err)
		}
	})
	running.Go(func() {
		if err := secure.Serve(guard.Listen(sshPort, secure.Refuse)); err != nil {
			t.Errorf("ssh port: %v", err)
		}
	})
	s := &server{core: core, book: book, tcp: rawPort.Addr().(*net.TCPAddr), ssh: sshPort.Addr().(*net.TCPAddr)}
	s.stop = sync.OnceFunc(func() {
		_, _ = rawPort.Close(), sshPort.Close()
		core.Shutdown("server is going down")
		late, done := context.WithTimeout(context.Background(), patience)
		defer done()
		var ending sync.WaitGroup
		ending.Go(func() { raw.Shutdown(late) })
		ending.Go(func() { secure.Shutdown(late) })
		ending.Wait()
		if late.Err() != nil {
			t.Error("the server had to cut connections to stop")
		}
		cancel()
		running.Wait()
	})
	t.Cleanup(func() {
		s.stop()
		book.check(t)
	})
	return s
}

func listen(t testing.TB) net.Listener {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return ln
}

// tuned is a listener that sets the send buffer of its first connection.
type tuned struct {
	net.Listener
	sendBuffer int
}

func (l *tuned) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err == nil && l.sendBuffer > 0 {
		err = conn.(*net.TCPConn).SetWriteBuffer(l.sendBuffer)
		l.sendBuffer = 0
	}
	return conn, err
}

// logBook keeps what the server logs, for a test that fails.
type logBook struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *logBook) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

// has tells whether something was logged.
func (b *logBook) has(text string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return bytes.Contains(b.text.Bytes(), []byte(text))
}

// check shows the log of a test that failed. An error in it is a failure.
func (b *logBook) check(t testing.TB) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if bytes.Contains(b.text.Bytes(), []byte("level=ERROR")) {
		t.Error("the server logged an error")
	}
	if t.Failed() {
		t.Logf("the server's log:\n%s", b.text.String())
	}
}

// keyFolder is where the keys of this run are: the server's and the people's.
var keyFolder struct {
	path  string
	mu    sync.Mutex
	files map[string]string // by whose key it is
}

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "conformance")
	if err != nil {
		panic(err)
	}
	keyFolder.path, keyFolder.files = dir, make(map[string]string)
	status := m.Run()
	_ = os.RemoveAll(dir)
	os.Exit(status)
}

// keyFile is the file of someone's private key, made when it is first asked for.
func keyFile(t testing.TB, whose string) string {
	t.Helper()
	keyFolder.mu.Lock()
	defer keyFolder.mu.Unlock()
	path, ok := keyFolder.files[whose]
	if !ok {
		path = filepath.Join(keyFolder.path, strconv.Itoa(len(keyFolder.files)))
		if _, err := keys.CreateHostKey(path); err != nil { // a key is a key
			t.Fatal(err)
		}
		keyFolder.files[whose] = path
	}
	return path
}

func keyOf(t testing.TB, whose string) keys.HostKey {
	t.Helper()
	key, err := keys.LoadHostKey(keyFile(t, whose))
	if err != nil {
		t.Fatal(err)
	}
	return key
}
