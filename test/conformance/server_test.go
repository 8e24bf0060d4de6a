package conformance

import (
	"bytes"
	"context"
	"flag"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"sync"
	"testing"
	"time"

	"parley/chatcore"
	"parley/internal/app"
	"parley/internal/input"
	"parley/internal/netguard"
	"parley/internal/proto"
	"parley/keys"

	"golang.org/x/time/rate"
)

// options are what a test may want otherwise than the program has it. The rate
// limit and the limits of netguard are off: they make a client wait, and here a
// hundred of them come from one address.
type options struct {
	hints, guests bool
	nickTimeout   time.Duration
	outbox        int
	sendBuffer    int // of the first connection of the raw port, in bytes; 0 for what is usual
	input         input.Limits
	guard         netguard.Limits
}

func withHints(o *options)     { o.hints = true }
func withoutGuests(o *options) { o.guests = false }
func anyOutbox(o *options)     { o.outbox = 0 }

func usualRate(o *options)    { o.input.Rate, o.input.Burst = 5, 10 }
func aLineAMinute(o *options) { o.input.Rate, o.input.Burst = rate.Every(time.Minute), 10 }
func usualPerIP(o *options)   { o.guard.PerAddress = 32 }

// smallSendBuffer is for a client that falls behind soon: the system may keep
// 4 MB for it before the server notices that it does not read.
func smallSendBuffer(o *options) { o.sendBuffer = 32 << 10 }

// shortNickTimeout is long for a client that sends its nick at once.
const shortNickTimeout = 500 * time.Millisecond

func hurried(o *options) { o.nickTimeout = shortNickTimeout }

func hurriedWithHints(o *options) {
	hurried(o)
	withHints(o)
}

// server is a server on two ports of 127.0.0.1, wired as the program is.
type server struct {
	core     *chatcore.Core
	tcp, ssh *net.TCPAddr
	book     *logBook
	stop     func() // once; returns when everybody is gone
}

// serve starts a server that lasts as long as the test.
func serve(t testing.TB, change ...func(*options)) *server {
	t.Helper()
	o := options{
		guests: true, nickTimeout: 30 * time.Second, outbox: 256 << 10,
		input: input.Limits{MaxLine: proto.DefaultMaxLine},
	}
	for _, c := range change {
		c(&o)
	}
	book := &logBook{}
	whole, err := app.New(app.Options{
		Log: slog.New(slog.NewTextHandler(book, nil)), HostKey: keyOf(t, "the server"), Name: "parley", Guests: o.guests, Hints: o.hints,
		Guard: o.guard, Input: o.input, Outbox: o.outbox, NickTimeout: o.nickTimeout, NoticeInterval: time.Hour, Drain: patience,
	})
	if err != nil {
		t.Fatal(err)
	}
	on := app.Listeners{TCP: &tuned{Listener: listen(t), sendBuffer: o.sendBuffer}, SSH: listen(t)}
	s := &server{core: whole.Core, book: book, tcp: on.TCP.Addr().(*net.TCPAddr), ssh: on.SSH.Addr().(*net.TCPAddr)}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- whole.Run(ctx, context.Background(), on) }()
	s.stop = sync.OnceFunc(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("a listener failed: %v", err)
		}
		if book.has("cut=true") {
			t.Error("the server had to cut connections to stop")
		}
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
	flag.Parse()
	// A scene waits more than it computes: for ssh, and for the pauses in what is typed.
	if err := flag.Set("test.parallel", strconv.Itoa(2*runtime.GOMAXPROCS(0))); err != nil {
		panic(err)
	}
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
