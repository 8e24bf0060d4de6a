//go:build e2e

package threats

import (
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// wall lists the methods of time.Time, and the functions of its package, that read the wall
// clock, or leave a time with nothing else. Now, Sub, Since, Until, Before and After use the
// monotonic clock, which cannot be set.
var wall = []string{
	"Unix", "UnixMilli", "UnixMicro", "UnixNano", "Round", "Truncate", "UTC", "Local", "In", "AddDate",
	"Year", "YearDay", "Month", "Day", "Weekday", "Date", "Clock", "Hour", "Minute", "Second", "Nanosecond", "ISOWeek",
	"Parse", "ParseInLocation", "MarshalJSON", "MarshalText", "MarshalBinary", "GobEncode", "Equal", "Compare",
}

// shown lists where that is done all the same: it decides only what a person is shown, or
// means a moment long past.
var shown = map[string]string{
	"chatcore/json.go":         "the time in an event, for programs to read",
	"internal/app/eventids.go": "the first event id, if none can be kept on disk",
	"internal/render":          "times and dates on a terminal, and the answer to !whois",
	"tcpserver/conn.go":        "a deadline in 1970 is over, whatever the clock says",
}

// Row 20: nothing is decided by a clock that can be set. Uses of wall time are listed, each
// with its reason.
func TestThreat20_NothingGoesByTheWallClock(t *testing.T) {
	root, packages, exports := ourPackages(t)
	fset := token.NewFileSet()
	load := importer.ForCompiler(fset, "gc", func(path string) (io.ReadCloser, error) { return os.Open(exports[path]) })
	used := make(map[string]bool)
	for path, files := range packages {
		var parsed []*ast.File
		for _, name := range files {
			f, err := parser.ParseFile(fset, name, nil, parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			parsed = append(parsed, f)
		}
		info := &types.Info{Uses: make(map[*ast.Ident]types.Object)}
		if _, err := (&types.Config{Importer: load}).Check(path, fset, parsed, info); err != nil {
			t.Fatal(err)
		}
		for ident, object := range info.Uses {
			if !ofWall(object) {
				continue
			}
			at := fset.Position(ident.Pos())
			name, err := filepath.Rel(root, at.Filename)
			if err != nil {
				t.Fatal(err)
			}
			if reason := reasonFor(name); reason != "" {
				used[reason] = true
				continue
			}
			t.Errorf("%s:%d: %s: goes by the clock on the wall", name, at.Line, object)
		}
	}
	for place, reason := range shown {
		if !used[place] {
			t.Errorf("%s need not be excused (%s)", place, reason)
		}
	}
}

// reasonFor returns the place that excuses a file, or "".
func reasonFor(name string) string {
	for place := range shown {
		if name == place || strings.HasPrefix(name, place+"/") {
			return place
		}
	}
	return ""
}

// ofWall reports whether object is a function or method of package time that is in wall.
func ofWall(object types.Object) bool {
	f, ok := object.(*types.Func)
	if !ok || f.Pkg() == nil || f.Pkg().Path() != "time" || !slices.Contains(wall, f.Name()) {
		return false
	}
	receiver := f.Signature().Recv()
	return receiver == nil || strings.HasSuffix(receiver.Type().String(), "time.Time")
}

// ourPackages returns the files of each package of the program, and the compiled form of
// each package it is made of.
func ourPackages(t *testing.T) (root string, packages map[string][]string, exports map[string]string) {
	t.Helper()
	list := func(args ...string) string {
		out, err := exec.Command("go", append([]string{"list"}, args...)...).Output()
		if err != nil {
			t.Fatalf("go list %s: %v", strings.Join(args, " "), err)
		}
		return strings.TrimSpace(string(out))
	}
	root = list("-m", "-f", "{{.Dir}}")
	packages, exports = make(map[string][]string), make(map[string]string)
	const format = `{{.ImportPath}}|{{.Export}}|{{.Dir}}|{{range .GoFiles}}{{.}} {{end}}`
	for line := range strings.Lines(list("-export", "-deps", "-f", format, "parley/cmd/parley")) {
		part := strings.Split(strings.TrimSpace(line), "|")
		exports[part[0]] = part[1]
		if !strings.HasPrefix(part[0], "parley/") {
			continue
		}
		for _, file := range strings.Fields(part[3]) {
			packages[part[0]] = append(packages[part[0]], filepath.Join(part[2], file))
		}
	}
	if len(packages) < 10 {
		t.Fatal(fmt.Sprint("these are not all packages: ", packages))
	}
	return root, packages, exports
}
