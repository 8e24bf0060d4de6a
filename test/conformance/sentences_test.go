package conformance

import (
	_ "embed"
	"regexp"
	"strings"
	"testing"
)

// sentence is a sentence of the protocol and the scenes that show it.
type sentence struct {
	says     string // as it stands in testdata/protocol.md
	tutorial string // what the tutorial says of it
	scenes   []scene
}

// scene is one play of a few people and a server.
type scene struct {
	name    string
	rawOnly string // why it makes no sense over ssh; empty if it does
	server  func(*options)
	steps   []step
}

// The reasons for scenes to be of the raw port only.
const (
	nickIsUserName = "over ssh the nick is the user name, and the server answers a bad one"
	noTelnet       = "telnet is not spoken over ssh"
)

// protocol is the tables of sections 1 to 5.
var protocol = [][]sentence{section1, section2, section3, section3rules, section4, section5}

// TestRawPort plays everything over TCP.
func TestRawPort(t *testing.T) {
	playAll(t, rawPort{}, "kind=raw", func(scene) bool { return true })
}

// TestPlainSSH plays everything by `ssh -T`, but for what is of the raw port.
func TestPlainSSH(t *testing.T) {
	needSSH(t)
	playAll(t, secureShell{}, "kind=plain", func(sc scene) bool { return sc.rawOnly == "" })
}

// playAll plays the scenes that fit. The server logs what kind of sessions it has.
func playAll(t *testing.T, d dialer, kind string, fits func(scene) bool) {
	for _, section := range protocol {
		for _, s := range section {
			for _, sc := range s.scenes {
				if !fits(sc) {
					continue
				}
				t.Run(sc.name, func(t *testing.T) {
					t.Parallel()
					t.Logf("the protocol: %s", s.says)
					if s.tutorial != "" {
						t.Logf("the tutorial: %s", s.tutorial)
					}
					var change []func(*options)
					if sc.server != nil {
						change = append(change, sc.server)
					}
					server := serve(t, change...)
					newStage(t, server, d).play(sc.steps...)
					if server.book.has("kind=") && !server.book.has(kind) {
						t.Errorf("it was not played with %s", kind)
					}
				})
			}
		}
	}
}

var spaces = regexp.MustCompile(`\s+`)

// flat is a text without its line breaks.
func flat(s string) string { return spaces.ReplaceAllString(s, " ") }

//go:embed testdata/protocol.md
var protocolText string

// TestEverySentence holds that every sentence of sections 1 to 4 is quoted by a
// table and has a scene, and that what is quoted is there.
func TestEverySentence(t *testing.T) {
	_, rest, _ := strings.Cut(protocolText, "\n## 1. ")
	sections, _, found := strings.Cut(rest, "\n## 5. ")
	if !found {
		t.Fatal("sections 1 to 4 are not found")
	}
	// Lists and tables are taken apart into their sentences and rows.
	var lines []string
	marks := regexp.MustCompile(`^(- |\d\. )`)
	for line := range strings.Lines("## " + sections) {
		if !strings.HasPrefix(line, "#") && !strings.HasPrefix(line, "|---") && !strings.HasPrefix(line, "| line |") {
			lines = append(lines, marks.ReplaceAllString(line, ""))
		}
	}
	left := flat(strings.Join(lines, " "))
	for i, section := range protocol {
		for _, s := range section {
			says := flat(s.says)
			switch {
			case len(s.scenes) == 0:
				t.Errorf("no scene shows: %s", says)
			case i == len(protocol)-1:
				if !strings.Contains(flat(protocolText), says) {
					t.Errorf("section 5 does not say: %s", says)
				}
			case !strings.Contains(left, says):
				t.Errorf("sections 1 to 4 do not say, or it is quoted twice: %s", says)
			}
			left = strings.Replace(left, says, "\n", 1)
		}
	}
	for part := range strings.SplitSeq(left, "\n") {
		if part = strings.TrimSpace(part); part != "" {
			t.Errorf("not quoted: %s", part)
		}
	}
}
