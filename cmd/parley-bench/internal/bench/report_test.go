package bench

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// threeRounds is a run that has been, with a fault in it.
func threeRounds() *bench {
	ours := func(cpu, lost float64) measured {
		return measured{
			pacedCPU: cpu, pacedP50: 1.234, pacedP99: 12.34, pacedLongest: 123.4,
			pacedLost: lost, pacedRepeated: 0, pacedDisorder: 0, pacedHeld: 0,
			saturatedRate: 1234567.8, saturatedCPU: .0321,
			saturatedLost: 0, saturatedRepeated: 1, saturatedDisorder: 0, saturatedHeld: 0,
		}
	}
	return &bench{
		Options: Options{Sizes: Full(), Version: "v1.2.3"},
		began:   time.Now(),
		entrants: []*entrant{
			{name: "parley", protocol: Raw, command: Parley, rounds: []measured{ours(9, 2), ours(3, 0), ours(4, 3)}},
			{name: "plain fan-out", protocol: Raw, command: PlainTCP, baseline: true, rounds: []measured{ours(100, 7)}},
			{name: "parley", protocol: SSH, command: Parley, rounds: []measured{{connectRate: 99.96, connectCPU: -.5}}},
			{name: "gliderlabs/ssh", protocol: SSH, command: PlainSSH, baseline: true},
		},
		problems: []error{errors.New("something else")},
	}
}

func TestTable(t *testing.T) {
	r := threeRounds().report()
	r.Go, r.OS, r.Arch, r.Cores, r.Seconds = "go1.26", "linux", "amd64", 2, 47.3
	var got bytes.Buffer
	if err := r.Table(&got); err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile("testdata/table.golden")
	if err != nil {
		t.Fatal(err)
	}
	if got.String() != string(want) {
		t.Errorf("the table is\n%s\nwant\n%s", got.String(), want)
	}
}

// Many servers are in several tables, none of them wider than a terminal.
func TestTableOfMany(t *testing.T) {
	r := threeRounds().report()
	r.Servers = append(r.Servers, r.Servers...)
	r.Servers[6].Name = "chat.example.org:2222"
	var b bytes.Buffer
	if err := r.Table(&b); err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(b.String(), "idle: "); n != 4 {
		t.Errorf("%d tables of 8 columns of 23", n)
	}
	for line := range strings.Lines(b.String()) {
		if n := utf8.RuneCountInString(strings.TrimSuffix(line, "\n")); n > tableWidth {
			t.Errorf("%d columns: %s", n, line)
		}
	}
}

// What a server does wrong is a problem; not so with a baseline.
func TestProblems(t *testing.T) {
	got := strings.Join(threeRounds().report().Problems, "\n")
	const want = "something else\nparley, raw: paced: 5 messages were lost\nparley, raw: saturated: 3 messages were repeated"
	if got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

// The JSON has every figure that is documented, null where it is not known.
func TestJSON(t *testing.T) {
	var b bytes.Buffer
	if err := threeRounds().report().JSON(&b); err != nil {
		t.Fatal(err)
	}
	var r struct {
		Version string `json:"parley_version"`
		Servers []struct {
			Name    string
			Figures map[string]map[string]*float64
		}
	}
	if err := json.Unmarshal(b.Bytes(), &r); err != nil {
		t.Fatal(err)
	}
	if r.Version != "v1.2.3" || len(r.Servers) != 4 {
		t.Errorf("%+v", r)
	}
	fields := strings.Split(strings.TrimSpace(Fields()), "\n")
	if len(fields) != len(meanings) {
		t.Errorf("%d fields are described, of %d", len(fields), len(meanings))
	}
	for _, field := range fields {
		scenario, name := figure(strings.Fields(field)[0]).split()
		for i, s := range r.Servers {
			v, there := s.Figures[scenario][name]
			if known := i < 2 && scenario != "idle" && scenario != "connect" || i == 2 && scenario == "connect"; !there || (v != nil) != known {
				t.Errorf("%s of server %d (%s): there: %v, known: %v", field, i, s.Name, there, v != nil)
			}
		}
	}
	if v := r.Servers[0].Figures["paced"]["cpu_us_per_delivery"]; v == nil || *v != 4 {
		t.Errorf("the median of 9, 3 and 4 is %v", v)
	}
}

func TestMedian(t *testing.T) {
	for _, tt := range []struct {
		values []float64
		want   float64
	}{{[]float64{3}, 3}, {[]float64{4, 1}, 2.5}, {[]float64{9, 1, 2}, 2}, {[]float64{4, 3, 1, 2}, 2.5}} {
		if got := median(tt.values); got != tt.want {
			t.Errorf("median of %v is %v", tt.values, got)
		}
	}
}

func TestNumber(t *testing.T) {
	for v, want := range map[float64]string{
		0: "0", 7: "7", 1000: "1,000", 1234567.8: "1,234,568", 999.6: "1,000", 99.96: "100", 99.4: "99.4", 9.96: "10.0",
		9.94: "9.94", .996: "1.00", .0321: "0.032", -.5: "-0.500", -1234.5: "-1,234", 100: "100", 123456: "123,456",
	} {
		if got := number(v); got != want {
			t.Errorf("%v is %s, want %s", v, got, want)
		}
	}
}
