package conformance

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// documentPath is the document whose sentences the tables quote.
const documentPath = "docs/protocol.md"

// root is the folder of the repository.
const root = "../.."

// sentence is a sentence, a row or an example of the document, and what shows that it is true.
type sentence struct {
	says     string  // as the document has it; line breaks do not count
	tutorial string  // what the tutorial says of the same
	scenes   []scene // what shows it here
	proven   []proof // what proves it elsewhere
	explains string  // why there is nothing to show
}

// scene is one play of a few people and a server.
type scene struct {
	name    string
	rawOnly string // why it makes no sense over ssh; empty if it does
	server  func(*options)
	steps   []step
}

// The reasons for a scene to be played on the raw port only.
const (
	nickIsUserName = "over ssh the nick is the user name, and the server answers a bad one"
	noTelnet       = "telnet is not spoken over ssh"
)

// protocol holds the tables of each section. Section 0 is the text before section 1.
var protocol = [][]sentence{
	0: section0,
	1: slices.Concat(section1, section1telnet, section1input),
	2: section2,
	3: slices.Concat(section3, section3rules),
	4: section4,
	5: slices.Concat(section5people, section5own, section5rules, section5json),
	6: slices.Concat(section6, section6terminal, section6commands, section6typed),
}

const sectionOfSSH = 6

// TestRawPort plays all sections but the one about ssh over TCP.
func TestRawPort(t *testing.T) {
	playAll(t, protocol[:sectionOfSSH], rawPort{}, "kind=raw", func(scene) bool { return true })
}

// TestPlainSSH plays the same by `ssh -T`, except the scenes of the raw port.
func TestPlainSSH(t *testing.T) {
	needSSH(t)
	playAll(t, protocol[:sectionOfSSH], secureShell{}, "kind=plain", func(sc scene) bool { return sc.rawOnly == "" })
}

// TestSSH plays the section about ssh with the system's ssh.
func TestSSH(t *testing.T) {
	needSSH(t)
	playAll(t, protocol[sectionOfSSH:], secureShell{}, "", func(scene) bool { return true })
}

// playAll plays the scenes that fit. The log of the server must have kind, if it has any
// session.
func playAll(t *testing.T, sections [][]sentence, d dialer, kind string, fits func(scene) bool) {
	for _, s := range slices.Concat(sections...) {
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

func readDocument(t *testing.T) []passage {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, documentPath))
	if err != nil {
		t.Fatal(err)
	}
	return passages(string(text))
}

func TestProtocol_EverySentenceIsShown(t *testing.T) {
	quoted := make(map[passage]bool) // without lines
	for section, sentences := range protocol {
		for _, s := range sentences {
			quoted[passage{section: section, text: flat(s.says)}] = true
		}
	}
	for _, p := range readDocument(t) {
		if !quoted[passage{section: p.section, text: p.text}] {
			t.Errorf("%s:%d: this sentence has no scene and no reason:\n\t%s\nadd it to a table of section %d, in section%d*_test.go",
				documentPath, p.line, p.text, p.section, p.section)
		}
	}
}

func TestProtocol_EveryQuoteIsInTheDocument(t *testing.T) {
	said := make(map[passage]bool) // without lines
	for _, p := range readDocument(t) {
		said[passage{section: p.section, text: p.text}] = true
	}
	for section, sentences := range protocol {
		for _, s := range sentences {
			p := passage{section: section, text: flat(s.says)}
			if !said[p] {
				t.Errorf("section%d*_test.go: section %d of %s does not have this sentence (any more), or it is quoted twice:\n\t%s\nquote it as the document has it now, or delete it",
					section, section, documentPath, p.text)
			}
			delete(said, p)
		}
	}
}

func TestProtocol_EveryQuoteHasScenesOrAReason(t *testing.T) {
	for section, sentences := range protocol {
		for _, s := range sentences {
			isShown := len(s.scenes)+len(s.proven) > 0
			if isShown == (s.explains != "") {
				t.Errorf("section%d*_test.go: this quote needs scenes or proven, or else explains:\n\t%s", section, flat(s.says))
			}
			for _, p := range s.proven {
				if err := p.find(); err != nil {
					t.Errorf("section%d*_test.go: the test that should prove this sentence is not there: %v\n\t%s", section, err, flat(s.says))
				}
			}
		}
	}
}
