package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// merger puts what looks alike into one class: characters, and strings that a
// character looks like. Being alike is taken to carry over: what is like the same is
// alike.
type merger struct {
	parent   map[string]string // towards the root of the class
	target   map[string]bool   // is what the data says others look like
	raw      map[rune]string   // the pairs as they came
	composed []rune            // characters of the data that NFD takes apart
}

// merge returns what each character is drawn like. All of a class have one likeness,
// which is in lower case and stable: its characters have no likeness of their own.
//
// ASCII letters and digits are not alike, whatever the data says of I, l and 1, of O and
// 0, and of m and rn: a character like one of the first is "l", of the second "o", of the
// third "m". It is an error if any other two ASCII strings fall into one class.
func merge(pairs []pair) (map[rune]string, error) {
	m := merger{parent: map[string]string{}, target: map[string]bool{}, raw: map[rune]string{}}
	for _, p := range pairs {
		if !isNamed(p.from) && m.raw[p.from] == "" { // additions do not undo the data
			m.raw[p.from] = p.to
		}
	}
	for _, p := range pairs {
		if p.from >= utf8.RuneSelf {
			m.add(p)
		}
	}
	m.joinCases()
	return m.table()
}

func (m *merger) add(p pair) {
	to := m.skeleton(p.to)
	m.target[to] = true
	if r, size := utf8.DecodeRuneInString(p.to); size == len(p.to) && apart(r) {
		m.composed = append(m.composed, r)
	}
	if apart(p.from) {
		m.composed = append(m.composed, p.from)
	}
	m.join(m.skeleton(string(p.from)), to)
	if !apart(p.from) {
		m.join(string(p.from), to)
	}
}

// apart reports whether NFD takes r apart.
func apart(r rune) bool { return !norm.NFD.IsNormalString(string(r)) }

// isNamed reports whether r is a letter or digit of ASCII.
func isNamed(r rune) bool {
	return r < utf8.RuneSelf && (unicode.IsLetter(r) || unicode.IsDigit(r))
}

// skeleton is that of TR39, in small ASCII letters, and with m for rn.
func (m *merger) skeleton(s string) string {
	var out strings.Builder
	for _, r := range norm.NFD.String(s) {
		if to := m.raw[r]; to != "" {
			out.WriteString(to)
		} else {
			out.WriteRune(r)
		}
	}
	s = strings.Map(func(r rune) rune {
		if r < utf8.RuneSelf {
			return unicode.ToLower(r)
		}
		return r
	}, norm.NFD.String(out.String()))
	return strings.ReplaceAll(s, "rn", "m")
}

func (m *merger) root(s string) string {
	for m.parent[s] != "" {
		s = m.parent[s]
	}
	return s
}

// join makes one class of those of a and b. The root is ASCII if any of the class is.
func (m *merger) join(a, b string) {
	a, b = m.root(a), m.root(b)
	if a == b {
		return
	}
	if isASCII(a) && !isASCII(b) {
		a, b = b, a
	}
	m.parent[a] = b
}

// joinCases joins the two cases of what looks like no ASCII, which a name may be
// written in. Those of the rest can look like different letters, as ν and Ν do. A class
// with a string of several characters is left alone: their cases can differ too.
func (m *merger) joinCases() {
	classes := m.classes()
	joinable := func(s string) bool {
		root := m.root(s)
		return !isASCII(root) && !slices.ContainsFunc(classes[root], isLong)
	}
	var pairs [][2]string
	for _, members := range classes {
		for _, s := range members {
			r, _ := utf8.DecodeRuneInString(s)
			if small := string(unicode.ToLower(unicode.ToUpper(r))); joinable(s) && joinable(small) {
				pairs = append(pairs, [2]string{s, small})
			}
		}
	}
	for _, p := range pairs {
		m.join(p[0], p[1])
	}
}

func isLong(s string) bool { return utf8.RuneCountInString(s) > 1 }

// classes returns the members of each class by its root.
func (m *merger) classes() map[string][]string {
	all := map[string][]string{}
	for s, to := range m.parent {
		all[m.root(s)] = append(all[m.root(s)], s)
		if m.parent[to] == "" && !slices.Contains(all[to], to) {
			all[to] = append(all[to], to)
		}
	}
	for _, members := range all {
		slices.Sort(members)
	}
	return all
}

func (m *merger) table() (map[rune]string, error) {
	likeness, table := map[string]string{}, map[rune]string{}
	for root, members := range m.classes() {
		like, err := choose(members, m.target)
		if err != nil {
			return nil, err
		}
		likeness[root] = like
		for _, s := range members {
			if r, size := utf8.DecodeRuneInString(s); size == len(s) && s != like && r >= utf8.RuneSelf {
				table[r] = like
			}
		}
	}
	for _, r := range m.composed {
		parts := m.skeleton(string(r))
		if like := likeness[m.root(parts)]; like != "" && like != parts {
			table[r] = like
		}
	}
	keepOrder(table)
	for r, like := range table {
		table[r] = closed(table, like)
	}
	return table, nil
}

// keepOrder sees to it that what begins with a base goes on to: where the likeness of a
// letter or of a mark of class 0 begins with a mark of another class, as that of the Thai
// vowel am does, the key of a name would not be that of its letters in a row.
func keepOrder(table map[rune]string) {
	instead := map[string]string{} // by what stands for the class
	for _, r := range sortedKeys(table) {
		like := table[r]
		if isBase(string(r)) == isBase(like) || !isBase(string(r)) {
			continue
		}
		switch parts := norm.NFKD.String(string(r)); {
		case parts != string(r):
			table[r] = parts
		case instead[like] == "":
			instead[like] = string(r)
			delete(table, r)
		default:
			table[r] = instead[like]
		}
	}
}

func isBase(s string) bool { return norm.NFD.PropertiesString(s).CCC() == 0 }

// closed returns s with each character replaced by its likeness, by the parts of its
// compatibility form, or by its small form, until none has any. A capital stays that looks
// like nothing else while its small form does.
func closed(table map[rune]string, s string) string {
	for {
		var out strings.Builder
		for _, r := range s {
			small := unicode.ToLower(unicode.ToUpper(r))
			parts := norm.NFKD.String(string(r))
			switch {
			case table[r] != "" && r >= utf8.RuneSelf:
				out.WriteString(table[r])
			case parts != string(r):
				out.WriteString(parts)
			case table[small] == "":
				out.WriteRune(small)
			default:
				out.WriteRune(r)
			}
		}
		if out.String() == s {
			return norm.NFD.String(s)
		}
		s = out.String()
	}
}

// choose returns what stands for a class: ASCII if there is any; else a string of several
// characters, since those of a name are looked up one by one, at best one without marks,
// since a name may hold it; else what the data chose, unless it
// has another form.
func choose(members []string, target map[string]bool) (string, error) {
	better := func(a, b string) int {
		return cmp.Or(
			order(isASCII(a), isASCII(b)),
			order(isLong(a), isLong(b)),
			order(isLong(a) && !hasMark(a), isLong(b) && !hasMark(b)),
			order(isStable(a), isStable(b)),
			order(target[a], target[b]),
			cmp.Compare(len(a), len(b)),
			cmp.Compare(a, b),
		)
	}
	members = slices.SortedFunc(slices.Values(members), better)
	if len(members) > 1 && isASCII(members[1]) {
		return "", fmt.Errorf("%q and %q are in one class", members[0], members[1])
	}
	return members[0], nil
}

// order sorts what is true first.
func order(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return -1
	}
	return 1
}

func hasMark(s string) bool { return strings.ContainsFunc(s, unicode.IsMark) }

// isStable reports whether s is left as it is by what takes the cases and the
// compatibility forms out of a name.
func isStable(s string) bool {
	return norm.NFKD.String(s) == s && strings.ToLower(strings.ToUpper(s)) == s && !strings.Contains(s, "ß")
}

func isASCII(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r >= utf8.RuneSelf }) < 0
}
