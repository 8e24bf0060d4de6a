package main

import (
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"parley/internal/testkit/script"
)

func TestMain(m *testing.M) { testscript.Main(m, map[string]func(){name: main}) }

// TestScripts runs the program as people do. Package script documents the commands of the
// scripts.
func TestScripts(t *testing.T) { testscript.Run(t, script.Params("testdata/script")) }
