package sshserver

import (
	"bytes"
	"go/parser"
	"go/token"
	"io"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"

	gossh "golang.org/x/crypto/ssh"

	"parley/internal/input"
)

// The fields that xcrypto.go reaches for are there, and are what they are taken for. If
// this fails after an upgrade of x/crypto, read the library anew, and mend xcrypto.go.
func TestXCrypto_FieldsAreThere(t *testing.T) {
	s := newServer(t, nil)
	ours, theirs := memoryPipe(64 << 10)
	go func() {
		conn, channels, requests, err := gossh.NewClientConn(ours, "test", clientConfig("eve", nil))
		if err != nil {
			t.Error(err)
			return
		}
		_, _, _ = gossh.NewClient(conn, channels, requests).OpenChannel("session", nil)
	}()
	config := s.config()
	config.AddHostKey(s.HostKey)
	var ahead <-chan []byte
	config.PreAuthConnCallback = func(conn gossh.ServerPreAuthConn) { ahead = packetsAhead(s.Log, conn) }
	conn, channels, global, err := gossh.NewServerConn(theirs, config)
	if err != nil {
		t.Fatal(err)
	}
	go gossh.DiscardRequests(global)
	if cap(ahead) != 16 {
		t.Errorf("the packets read ahead are %d at most, want 16: see maxEarly", cap(ahead))
	}
	nc := <-channels
	if in := inflowOf(s.Log, nc, false); in.size != libraryWindow || in.unread() != 0 {
		t.Errorf("a client has a window of %d with %d unread, want %d with none", in.size, in.unread(), libraryWindow)
	}
	if in := inflowOf(s.Log, nc, true); in.size != narrowWindow {
		t.Errorf("it is narrowed to %d, want %d", in.size, narrowWindow)
	}
	got := requestsOf(s.Log, nc)
	channel, want, err := nc.Accept()
	if err != nil || got != want {
		t.Errorf("the requests are %v, want %v; %v", got, want, err)
	}
	if room := sendWindowOf(s.Log, channel).room(); room == 0 {
		t.Error("the client's window is not known")
	}
	_ = conn.Close()
}

// renamed stands for a channel of a library that has changed inside: one field is of
// another type, and the others are gone.
type renamed struct {
	gossh.Channel
	gossh.NewChannel
	remoteWin string
}

// If a field is gone or of another type, that is logged once, and the server goes on.
func TestXCrypto_GoesOnWithout(t *testing.T) {
	missing.Clear()
	defer missing.Clear()
	var log bytes.Buffer
	logger := slog.New(slog.NewTextHandler(&log, nil))
	for range 3 {
		if got := requestsOf(logger, &renamed{}); got != nil {
			t.Errorf("requests %v", got)
		}
		if got := sendWindowOf(logger, &renamed{remoteWin: "none"}); got.room() != 0 {
			t.Errorf("a window of %d", got.room())
		}
		if got := inflowOf(logger, &renamed{}, true); got.unread() != 0 || got.size != libraryWindow {
			t.Errorf("%+v", got)
		}
	}
	if n := strings.Count(log.String(), "\n"); n != 3 {
		t.Errorf("logged %d lines, want 3:\n%s", n, &log)
	}
}

// A client whose window is not known receives everything all the same.
func TestXCrypto_WritesWithoutAWindow(t *testing.T) {
	s := newServer(t, nil)
	nc := s.inMemory()
	ann := sessionChannel(t, login(t, nc, clientConfig("ann", nil)))
	if _, err := ann.SendRequest("anything", true, nil); err != nil { // answered once the channel exists
		t.Fatal(err)
	}
	onlyConn(t, s).window = sendWindow{}
	if ok, err := ann.SendRequest("shell", true, nil); !ok || err != nil {
		t.Fatal(ok, err)
	}
	if _, err := io.WriteString(ann, "!users\n"); err != nil {
		t.Fatal(err)
	}
	answer := make([]byte, len("ann\r\n")) // then she has joined
	if _, err := io.ReadFull(ann, answer); err != nil || string(answer) != "ann\r\n" {
		t.Fatalf("%q, %v", answer, err)
	}
	text := strings.Repeat("long ", 2000)
	if err := input.Do(sit(t, s, "bob"), text); err != nil {
		t.Fatal(err)
	}
	want := "bob: " + text
	got := make([]byte, len(want))
	if n, err := io.ReadFull(ann, got); err != nil || string(got) != want {
		t.Errorf("%d bytes came, %v: %.200q", n, err, got)
	}
}

// What rests on the libraries stands in one file each.
func TestLibraries_StandInOneFileEach(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	only := map[string]string{"charm.land/ssh": "wish.go", "charm.land/wish/v2": "wish.go", "unsafe": "xcrypto.go", "reflect": "xcrypto.go"}
	found := make(map[string]bool)
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, i := range f.Imports {
			path := strings.Trim(i.Path.Value, `"`)
			if where := only[path]; where != "" && where != name {
				t.Errorf("%s imports %s, which only %s may", name, path, where)
			}
			found[path] = true
		}
	}
	for path := range only {
		if !found[path] {
			t.Errorf("nothing imports %s", path)
		}
	}
}
