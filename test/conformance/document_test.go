package conformance

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

// passage is a part of a document: a sentence, a row of a table or an example.
type passage struct {
	section int    // 0 before section 1
	line    int    // where it begins, from 1
	text    string // in one line, with single spaces
}

var (
	sectionMark = regexp.MustCompile(`^## (\d)\. `)
	listMark    = regexp.MustCompile(`^ *(- |\d+\. )`)
	tableRule   = regexp.MustCompile(`^\|[-|: ]+\|$`)
	spaces      = regexp.MustCompile(`\s+`)
)

// flat returns s in one line, with single spaces.
func flat(s string) string { return strings.TrimSpace(spaces.ReplaceAllString(s, " ")) }

// passages splits a document in Markdown. Headings and the heads of tables are left out.
func passages(document string) []passage {
	var d documentReader
	for i, line := range strings.Split(document, "\n") {
		d.read(i+1, line)
	}
	d.endBlock()
	return d.found
}

// documentReader reads a document line by line. A block is text that may be broken into lines
// anywhere: a paragraph, an item of a list or an example.
type documentReader struct {
	found     []passage
	section   int
	block     []passage // one for each line
	inExample bool
}

func (d *documentReader) read(number int, line string) {
	p := passage{d.section, number, flat(line)}
	switch {
	case strings.HasPrefix(line, "```"):
		d.endBlock()
		d.inExample = !d.inExample
	case d.inExample:
		d.block = append(d.block, p)
	case strings.HasPrefix(line, "#"):
		d.endBlock()
		if m := sectionMark.FindStringSubmatch(line); m != nil {
			d.section = int(m[1][0] - '0')
		}
	case tableRule.MatchString(line):
		d.found = d.found[:len(d.found)-1] // the row before it is the head
	case strings.HasPrefix(line, "|"):
		d.endBlock()
		d.found = append(d.found, p)
	case p.text == "":
		d.endBlock()
	default:
		if mark := listMark.FindString(line); mark != "" {
			d.endBlock()
			p.text = flat(line[len(mark):])
		}
		d.block = append(d.block, p)
	}
}

// endBlock splits the block into sentences. An example stays whole.
func (d *documentReader) endBlock() {
	var lines []string
	var starts []int // of each line in the block
	at := 0
	for _, line := range d.block {
		lines, starts = append(lines, line.text), append(starts, at)
		at += len(line.text) + 1
	}
	text := strings.Join(lines, " ")
	parts := sentencesOf(text)
	if d.inExample {
		parts = []string{text}
	}
	at = 0
	for _, part := range parts {
		line, found := slices.BinarySearch(starts, at)
		if !found {
			line--
		}
		d.found = append(d.found, passage{d.block[line].section, d.block[line].line, part})
		at += len(part) + 1
	}
	d.block = d.block[:0]
}

// sentencesOf splits a text after each full stop that a space follows. In parentheses and
// between backticks a full stop ends nothing.
func sentencesOf(text string) []string {
	var found []string
	inCode, parentheses, start := false, 0, 0
	for i, c := range text {
		switch {
		case c == '`':
			inCode = !inCode
		case inCode:
		case c == '(':
			parentheses++
		case c == ')':
			parentheses--
		case c == '.' && parentheses == 0 && strings.HasPrefix(text[i+1:], " "):
			found = append(found, text[start:i+1])
			start = i + 2
		}
	}
	if start < len(text) {
		found = append(found, text[start:])
	}
	return found
}

func TestPassages_AreSentencesRowsAndExamples(t *testing.T) {
	for _, tt := range []struct {
		name, document string
		want           []passage
	}{
		{"nothing", "", nil},
		{"a paragraph", "One. It has\n  two lines.\n", []passage{{0, 1, "One."}, {0, 1, "It has two lines."}}},
		{"two paragraphs", "One\n\nTwo\n", []passage{{0, 1, "One"}, {0, 3, "Two"}}},
		{"the line of each sentence", "One\ntwo. Three\nfour. Five.\nSix.", []passage{{0, 1, "One two."}, {0, 2, "Three four."}, {0, 3, "Five."}, {0, 4, "Six."}}},
		{"sections", "Before.\n## 1. One\n\nIn it.\n### More\nStill.\n## 2. Two\nNext.", []passage{{0, 1, "Before."}, {1, 4, "In it."}, {1, 6, "Still."}, {2, 8, "Next."}}},
		{"a table", "Text:\n| line | meaning |\n|---|---|\n| `a` |  One. Two |\n| `b` | |\nMore.", []passage{{0, 1, "Text:"}, {0, 4, "| `a` | One. Two |"}, {0, 5, "| `b` | |"}, {0, 6, "More."}}},
		{"two tables", "| a | b |\n|:--|--:|\n| 1 | 2 |\n\n| c |\n|---|\n| 3 |", []passage{{0, 3, "| 1 | 2 |"}, {0, 7, "| 3 |"}}},
		{"a list", "- One. Two\n  lines.\n  - Within\n- Three", []passage{{0, 1, "One."}, {0, 1, "Two lines."}, {0, 3, "Within"}, {0, 4, "Three"}}},
		{"a numbered list", "1. One.\n2. Two.\n10. Ten.", []passage{{0, 1, "One."}, {0, 2, "Two."}, {0, 3, "Ten."}}},
		{"an example", "So:\n```\n{\"a\": 1.}\n- b. C\n```\nMore.", []passage{{0, 1, "So:"}, {0, 3, `{"a": 1.} - b. C`}, {0, 6, "More."}}},
		{"code", "Say `a. b` or `(`. Then.", []passage{{0, 1, "Say `a. b` or `(`."}, {0, 1, "Then."}}},
		{"code over two lines", "Say `a.\nb` now. Then.", []passage{{0, 1, "Say `a. b` now."}, {0, 2, "Then."}}},
		{"parentheses", "One (two. Three (four.) five. six). Seven.", []passage{{0, 1, "One (two. Three (four.) five. six)."}, {0, 1, "Seven."}}},
		{"full stops that end nothing", "Version 2.5 of a.b is -_.; and so on", []passage{{0, 1, "Version 2.5 of a.b is -_.; and so on"}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := passages(tt.document); !slices.Equal(got, tt.want) {
				t.Errorf("got  %v\nwant %v", got, tt.want)
			}
		})
	}
}
