package main

import (
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/alecthomas/kong"
)

// limitRow is one limit of docs/limits.md.
type limitRow struct{ what, def, flag, past, test string }

// limitRows returns the rows of all tables of docs/limits.md.
func limitRows(t *testing.T) (rows []limitRow) {
	t.Helper()
	page, err := os.ReadFile("../../docs/limits.md")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(page)) {
		line = strings.TrimSpace(line)
		if !strings.HasPrefix(line, "|") || strings.HasPrefix(line, "|---") || strings.HasPrefix(line, "| limit |") {
			continue
		}
		cells := strings.Split(strings.Trim(line, "| "), " | ")
		if len(cells) != 5 {
			t.Fatalf("a row of %d cells: %s", len(cells), line)
		}
		rows = append(rows, limitRow{cells[0], cells[1], cells[2], cells[3], cells[4]})
	}
	return rows
}

// isLimit reports whether the value of a flag is a limit.
func isLimit(value any) bool {
	switch value.(type) {
	case size, limit, frequency, period:
		return true
	}
	return false
}

// Each flag that is a limit stands in docs/limits.md once, with its default.
func TestLimits_FlagsAreDocumented(t *testing.T) {
	var c serveConfig
	parser, err := kong.New(&c)
	if err != nil {
		t.Fatal(err)
	}
	defaults := make(map[string]string)
	for _, row := range limitRows(t) {
		defaults[row.flag] += row.def // of a flag that stands there twice: no default
	}
	limits := 0
	for _, flag := range parser.Model.Flags {
		if !isLimit(flag.Target.Interface()) {
			continue
		}
		limits++
		if got, want := defaults["`--"+flag.Name+"`"], "`"+flag.Default+"`"; got != want {
			t.Errorf("docs/limits.md gives --%s the default %q, want %s", flag.Name, got, want)
		}
	}
	if limits == 0 {
		t.Error("no flag is a limit")
	}
}

// Each limit of docs/limits.md names a test, and each test named there exists.
func TestLimits_TestsExist(t *testing.T) {
	named := regexp.MustCompile("`([^`]+)`")
	for _, row := range limitRows(t) {
		tests := named.FindAllStringSubmatch(row.test, -1)
		if len(tests) == 0 {
			t.Errorf("%s: no test", row.what)
		}
		for _, test := range tests {
			if !testExists(t, test[1]) {
				t.Errorf("%s: there is no test %s", row.what, test[1])
			}
		}
	}
}

// testExists reports whether there is a test PACKAGE.NAME, or a script NAME.txtar.
func testExists(t *testing.T, name string) bool {
	t.Helper()
	if filepath.Ext(name) == ".txtar" {
		_, err := os.Stat(filepath.Join("testdata/script", name))
		return err == nil
	}
	pkg, function, _ := strings.Cut(name, ".")
	files, err := filepath.Glob(filepath.Join("../..", pkg, "*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(source), "\nfunc "+function+"(") {
			return true
		}
	}
	return false
}

func TestServe_LongNameIsCut(t *testing.T) {
	c := serveConfig{Name: strings.Repeat("x", maxName+1)}
	o, _, err := c.options(slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	if n := utf8.RuneCountInString(o.Name); n != maxName {
		t.Errorf("the name has %d characters, want %d", n, maxName)
	}
}
