package egress

import (
	"log/slog"
	"testing"
)

// line is a source that always owes one line, and a connection that takes it at once.
type line string

func (l line) Take(dst []byte, _ int) ([]byte, bool) { return append(dst, l...), false }
func (line) Backlog() int                            { return 0 }
func (line) Write(p []byte) (int, error)             { return len(p), nil }
func (line) Close() error                            { return nil }

// tryable is one that can be tried.
type tryable struct{ line }

func (t tryable) TryWrite(p []byte) (int, error) { return t.Write(p) }

// BenchmarkRound500 is a round of a line for each of 500 connections, without what the
// writes cost: by trying, and by the pool.
func BenchmarkRound500(b *testing.B) {
	for name, sink := range map[string]Sink{"try": tryable{}, "pool": line("")} {
		b.Run(name, func(b *testing.B) {
			f := New(slog.New(slog.DiscardHandler))
			defer f.pool.end()
			all := make([]*Writer, 500)
			for i := range all {
				all[i] = f.NewWriter(line("ann: hello all, how are you\r\n"), sink, func(err error) { b.Error(err) })
			}
			round, buf := make([]*Writer, len(all)), make([]byte, 0, chunk)
			b.ReportAllocs()
			for b.Loop() {
				copy(round, all)
				f.carry(b.Context(), round, buf)
			}
		})
	}
}
