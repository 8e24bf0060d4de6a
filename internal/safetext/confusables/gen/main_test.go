package main

import (
	"bytes"
	"os"
	"strings"
	"testing"
)

// The table is not written by hand.
func TestThreat30_TableIsGenerated(t *testing.T) {
	want, err := generate("..")
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile("../table.go")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("table.go is not what the data makes: run go generate ./internal/safetext/confusables")
	}
}

func TestMergeKeepsASCIIApart(t *testing.T) {
	_, err := merge([]pair{{'а', "a"}, {'а', "b"}})
	if err == nil || !strings.Contains(err.Error(), `"a" and "b" are in one class`) {
		t.Errorf("a letter like both a and b: %v", err)
	}
}

func TestMergeCarriesOver(t *testing.T) {
	table, err := merge([]pair{{'п', "Π"}, {'Π', "∏"}, {'ш', "w"}, {'ⲽ', "ш"}, {'Ж', "жж"}})
	if err != nil {
		t.Fatal(err)
	}
	if table['п'] != table['Π'] || table['ш'] != "w" || table['ⲽ'] != "w" || table['w'] != "" {
		t.Errorf("%+q", table)
	}
}

func TestParseSaysWhatIsWrong(t *testing.T) {
	for _, line := range []string{"0430 0430 ; 0061 ; MA", "0430 ;  ; MA", "xyz ; 0061 ; MA", "0430 ; 6z ; MA"} {
		if _, _, err := parse(strings.NewReader(line)); err == nil {
			t.Errorf("%q is taken", line)
		}
	}
	if _, _, err := readData("main.go"); err == nil {
		t.Error("a file that is not compressed is taken")
	}
}
