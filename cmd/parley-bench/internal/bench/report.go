package bench

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"runtime"
	"strings"
	"time"
)

// A Report is what a run has found, and what there is in JSON.
type Report struct {
	Version  string    `json:"parley_version"`
	Go       string    `json:"go_version"`
	OS       string    `json:"os"`
	Arch     string    `json:"arch"`
	Cores    int       `json:"cores"`
	Began    time.Time `json:"began"`
	Seconds  float64   `json:"took_s"`
	Sizes    Sizes     `json:"sizes"`
	Servers  []Server  `json:"servers"`
	Problems []string  `json:"problems"` // why something was not measured, or is wrong; empty where all is well
}

// A Server is what was found of one server.
type Server struct {
	Name     string   `json:"name"`
	Protocol Protocol `json:"protocol"`
	Baseline bool     `json:"baseline"`
	// Figures are those that [Fields] describes, by scenario and name; nil, which is
	// null, is one that could not be measured. Of several rounds it is the median, and
	// of what was lost, repeated and so on the sum.
	Figures map[string]map[string]*float64 `json:"figures"`
}

// Fields describes the figures in a report, a line each: scenario.name, and what it is.
func Fields() string {
	const widest = len(idleMemory)
	var b strings.Builder
	for _, m := range meanings {
		fmt.Fprintf(&b, "%-*s  %s\n", widest, m.figure, m.meaning)
	}
	return b.String()
}

// report sums up, and adds to the problems what a server did wrong.
func (b *bench) report() *Report {
	r := &Report{
		Version: b.Version, Go: runtime.Version(), OS: runtime.GOOS, Arch: runtime.GOARCH,
		Cores: runtime.GOMAXPROCS(0), Began: b.began,
		Seconds: math.Round(10*time.Since(b.began).Seconds()) / 10,
		Sizes:   b.Sizes, Problems: []string{},
	}
	for _, e := range b.entrants {
		m := summary(e.rounds)
		if !e.baseline {
			b.blame(e, m)
		}
		r.Servers = append(r.Servers, Server{Name: e.name, Protocol: e.protocol, Baseline: e.baseline, Figures: m.nested()})
	}
	for _, p := range b.problems {
		r.Problems = append(r.Problems, p.Error())
	}
	return r
}

// blame adds what a server did wrong to the problems.
func (b *bench) blame(e *entrant, m measured) {
	for _, f := range faults {
		if m[f] == 0 {
			continue
		}
		scenario, name := f.split()
		err := fmt.Errorf("%s: %s: %.0f messages were %s", e, scenario, m[f], strings.ReplaceAll(name, "_", " "))
		if e.addr != "" && (f == pacedHeld || f == saturatedHeld) {
			err = withHint(fmt.Errorf("%w: %w", err, errSlow))
		}
		b.problem("%w", err)
	}
}

// split is the scenario of a figure, and its name.
func (f figure) split() (scenario, name string) {
	scenario, name, _ = strings.Cut(string(f), ".")
	return scenario, name
}

// nested is every figure, by scenario and name.
func (m measured) nested() map[string]map[string]*float64 {
	all := make(map[string]map[string]*float64)
	for _, of := range meanings {
		scenario, name := of.figure.split()
		if all[scenario] == nil {
			all[scenario] = make(map[string]*float64)
		}
		all[scenario][name] = nil
		if v, known := m[of.figure]; known {
			v = math.Round(v*1e4) / 1e4
			all[scenario][name] = &v
		}
	}
	return all
}

// JSON writes the report as one JSON document.
func (r *Report) JSON(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(r)
}
