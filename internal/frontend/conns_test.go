package frontend_test

import (
	"context"
	"net"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"parley/internal/frontend"
)

// guest is a connection that notes what happens to it.
type guest struct {
	net.Conn
	hurried, cut bool
	over         chan struct{}
}

func (g *guest) Hurry() { g.hurried = true }

func (g *guest) Cut() {
	g.cut = true
	close(g.over)
}

// pipes is a listener of connections in memory.
type pipes chan net.Conn

func (p pipes) Accept() (net.Conn, error) {
	if nc, ok := <-p; ok {
		return nc, nil
	}
	return nil, net.ErrClosed
}

func (p pipes) Close() error   { close(p); return nil }
func (p pipes) Addr() net.Addr { return &net.UnixAddr{} }

// serving serves until the test ends it. Each connection stays until it is over.
func serving(t *testing.T) (set *frontend.Conns[*guest], in pipes, guests *[]*guest) {
	set, in, guests = new(frontend.Conns[*guest]), make(pipes), new([]*guest)
	go func() {
		err := set.Serve(in, func(nc net.Conn) {
			g := &guest{Conn: nc, over: make(chan struct{})}
			if !set.Add(g) {
				t.Error("refused while serving")
				return
			}
			defer set.Remove(g)
			*guests = append(*guests, g)
			<-g.over
		})
		if err != nil {
			t.Error(err)
		}
	}()
	return set, in, guests
}

func TestConns_ShutdownWaitsForConnectionsThatEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		set, in, guests := serving(t)
		ours, _ := net.Pipe()
		in <- ours
		synctest.Wait()
		if open := set.Open(); !slices.Equal(open, *guests) {
			t.Fatalf("%d connections are open", len(open))
		}
		_ = in.Close()
		g := (*guests)[0]
		time.AfterFunc(time.Minute, func() { close(g.over) })
		began := time.Now()
		set.Shutdown(context.Background())
		if took := time.Since(began); took != time.Minute || !g.hurried || g.cut || len(set.Open()) != 0 {
			t.Errorf("after %v: %+v, %d open", took, g, len(set.Open()))
		}
	})
}

func TestConns_ShutdownCutsWhatIsLeft(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		set, in, guests := serving(t)
		ours, _ := net.Pipe()
		in <- ours
		synctest.Wait()
		_ = in.Close()
		ctx, stop := context.WithTimeout(context.Background(), 3*time.Second)
		defer stop()
		began := time.Now()
		set.Shutdown(ctx)
		if took := time.Since(began); took != 3*time.Second || !(*guests)[0].cut {
			t.Errorf("after %v: %+v", took, (*guests)[0])
		}
	})
}

func TestConns_NothingBeginsAfterShutdown(t *testing.T) {
	var set frontend.Conns[*guest]
	set.Shutdown(context.Background())
	if set.Begin() || set.Add(&guest{}) {
		t.Error("it began")
	}
	ours, theirs := net.Pipe()
	set.Handle(ours, func(net.Conn) { t.Error("it is served") })
	if _, err := theirs.Read(make([]byte, 1)); err == nil {
		t.Error("the connection stays open")
	}
}
