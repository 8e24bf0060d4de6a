package netguard

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"net/netip"
	"runtime/debug"
	"sync"
	"time"

	proxyproto "github.com/pires/go-proxyproto"
)

const (
	// headerTimeout is how long a proxy may take to say for whom it connects: it
	// does so in the first bytes it sends.
	headerTimeout = 5 * time.Second
	// maxHeaders is how many connections may be at that point at once.
	maxHeaders = 1024
)

// Proxied returns a listener of ln's connections, in which those from proxies come
// from the address that their PROXY header (version 1 or 2) names. One without a
// valid header is refused, in the way of [Guard.Listen]. Connections from elsewhere
// are as they are, and what a header of theirs says is never believed.
func (g *Guard) Proxied(ln net.Listener, proxies []netip.Prefix, refuse func(net.Conn, Refusal)) net.Listener {
	ctx, cancel := context.WithCancel(context.Background())
	l := &proxied{
		Listener: ln, guard: g, proxies: proxies, refuse: refuse,
		ready: make(chan accepted), headers: make(chan struct{}, maxHeaders), ctx: ctx, cancel: cancel,
	}
	l.wg.Go(l.run)
	return l
}

// proxied takes connections in on goroutines of its own, for a header is waited for.
type proxied struct {
	net.Listener
	guard   *Guard
	proxies []netip.Prefix
	refuse  func(net.Conn, Refusal)

	ready   chan accepted
	headers chan struct{}   // a token for each header that is being read
	ctx     context.Context // done when the listener is closed
	cancel  context.CancelFunc
	wg      sync.WaitGroup
}

// accepted is what Accept returns.
type accepted struct {
	conn net.Conn
	err  error
}

func (l *proxied) Accept() (net.Conn, error) {
	select {
	case a := <-l.ready:
		return a.conn, a.err
	case <-l.ctx.Done():
		return nil, net.ErrClosed
	}
}

// Close closes the listener and the connections that were not accepted yet.
func (l *proxied) Close() error {
	l.cancel()
	err := l.Listener.Close()
	l.wg.Wait()
	return err
}

func (l *proxied) run() {
	for {
		nc, err := l.Listener.Accept()
		switch {
		case errors.Is(err, net.ErrClosed):
			return
		case err != nil || !l.trusts(nc):
			l.deliver(accepted{nc, err})
		default:
			l.receive(nc)
		}
	}
}

func (l *proxied) trusts(nc net.Conn) bool {
	from, err := netip.ParseAddrPort(nc.RemoteAddr().String())
	if err != nil {
		return false
	}
	for _, p := range l.proxies {
		if p.Contains(from.Addr().Unmap()) {
			return true
		}
	}
	return false
}

// deliver hands a connection to Accept.
func (l *proxied) deliver(a accepted) {
	select {
	case l.ready <- a:
	case <-l.ctx.Done():
		if a.conn != nil {
			_ = a.conn.Close() // it will not be accepted
		}
	}
}

// receive reads the header of a connection and delivers it.
func (l *proxied) receive(nc net.Conn) {
	select {
	case l.headers <- struct{}{}:
	default:
		l.reject(nc)
		return
	}
	l.wg.Go(func() {
		defer func() {
			<-l.headers
			if v := recover(); v != nil {
				l.guard.log.Error("panic in a PROXY header", "panic", v, "stack", string(debug.Stack()))
				_ = nc.Close()
			}
		}()
		from, err := l.origin(nc)
		if err != nil {
			l.guard.log.Debug("no PROXY header", "from", nc.RemoteAddr().String(), "error", err)
			l.reject(nc)
			return
		}
		l.deliver(accepted{conn: &forwarded{nc, from}})
	})
}

func (l *proxied) reject(nc net.Conn) {
	l.guard.refuse(NoProxyHeader, prefixOf(nc.RemoteAddr()))
	l.refuse(nc, NoProxyHeader)
	_ = nc.Close()
}

// origin reads the header and returns the address it names: the proxy's own where
// it says that it connects for itself.
func (l *proxied) origin(nc net.Conn) (net.Addr, error) {
	stop := context.AfterFunc(l.ctx, func() { _ = nc.Close() })
	defer stop()
	_ = nc.SetReadDeadline(time.Now().Add(headerTimeout))
	raw, err := readHeader(nc)
	if err != nil {
		return nil, err
	}
	_ = nc.SetReadDeadline(time.Time{})
	h, err := proxyproto.Read(bufio.NewReaderSize(bytes.NewReader(raw), len(raw)))
	if err != nil {
		return nil, err
	}
	if h.Command.IsLocal() {
		return nc.RemoteAddr(), nil
	}
	from, _, ok := h.TCPAddrs()
	if !ok {
		return nil, errors.New("it names no TCP address")
	}
	return from, nil
}

// The sizes of headers, in bytes: https://www.haproxy.org/download/3.0/doc/proxy-protocol.txt
const (
	prefixSize = 16      // of version 2, before what its length counts; of version 1, at least 15
	maxV1Size  = 107     // with its line ending
	maxV2Size  = 4 << 10 // with what proxies add about TLS; the library takes no more
)

// readHeader reads exactly the bytes of a header: what follows is the client's, and
// must be read from the socket by others.
func readHeader(r io.Reader) ([]byte, error) {
	header := make([]byte, prefixSize-1, maxV1Size)
	if _, err := io.ReadFull(r, header); err != nil {
		return nil, err
	}
	if bytes.HasPrefix(header, proxyproto.SIGV2) {
		return readV2(r, header)
	}
	if !bytes.HasPrefix(header, proxyproto.SIGV1) {
		return nil, proxyproto.ErrNoProxyProtocol
	}
	for header[len(header)-1] != '\n' {
		if len(header) == maxV1Size {
			return nil, proxyproto.ErrVersion1HeaderTooLong
		}
		header = header[:len(header)+1]
		if _, err := io.ReadFull(r, header[len(header)-1:]); err != nil {
			return nil, err
		}
	}
	return header, nil
}

// readV2 reads the rest of a header of version 2, of which there are 15 bytes.
func readV2(r io.Reader, header []byte) ([]byte, error) {
	header = header[:prefixSize]
	if _, err := io.ReadFull(r, header[prefixSize-1:]); err != nil {
		return nil, err
	}
	length := int(binary.BigEndian.Uint16(header[prefixSize-2:]))
	if length > maxV2Size {
		return nil, proxyproto.ErrInvalidLength
	}
	header = append(header, make([]byte, length)...)
	_, err := io.ReadFull(r, header[prefixSize:])
	return header, err
}

// forwarded is a connection that a proxy has made for its client.
type forwarded struct {
	net.Conn
	from net.Addr
}

func (f *forwarded) RemoteAddr() net.Addr { return f.from }

// NetConn returns the connection beneath.
func (f *forwarded) NetConn() net.Conn { return f.Conn }
