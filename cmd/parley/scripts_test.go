package main

import (
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) { testscript.Main(m, map[string]func(){"parley": main}) }

// TestScripts runs the program as people do: one script a feature, in
// testdata/script. The commands of the scripts are in script_commands_test.go.
func TestScripts(t *testing.T) { testscript.Run(t, scriptParams("testdata/script")) }
