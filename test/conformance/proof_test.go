package conformance

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// proof is a test that proves a sentence.
type proof struct {
	pkg  string // import path
	test string // a function, or a script: TestScripts/NAME for testdata/script/NAME.txtar
}

// script returns the proof by a script that runs the program.
func script(name string) proof { return proof{"parley/cmd/parley", "TestScripts/" + name} }

// find looks for the test in the source of its package.
func (p proof) find() error {
	folder := filepath.Join(root, strings.TrimPrefix(p.pkg, "parley/"))
	function, script, isScript := strings.Cut(p.test, "/")
	if isScript {
		if _, err := os.Stat(filepath.Join(folder, "testdata", "script", script+".txtar")); err != nil {
			return err
		}
	}
	files, err := filepath.Glob(filepath.Join(folder, "*_test.go"))
	if err != nil {
		return err
	}
	for _, file := range files {
		source, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		if strings.Contains(string(source), "\nfunc "+function+"(t *testing.T) {") {
			return nil
		}
	}
	return fmt.Errorf("%s has no test %s", p.pkg, function)
}

func TestProof_Find(t *testing.T) {
	for _, tt := range []struct {
		p     proof
		found bool
	}{
		{proof{"parley/test/conformance", "TestProof_Find"}, true},
		{proof{"parley/test/conformance", "TestProof"}, false},
		{proof{"parley/test/conformance", "TestProof_Find/a_subtest"}, false},
		{proof{"parley/test/nothing", "TestProof_Find"}, false},
		{script("talk"), true},
		{script("tal"), false},
		{script(""), false},
	} {
		if err := tt.p.find(); (err == nil) != tt.found {
			t.Errorf("%v: error %v", tt.p, err)
		}
	}
}
