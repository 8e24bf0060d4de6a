//go:build e2e

package threats

import (
	"bufio"
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net"
	"strings"
	"time"

	gossh "golang.org/x/crypto/ssh"
)

// wire is an SSH client that does what it is told, packet by packet. The client of x/crypto
// cannot keep a window shut, leave a re-key unfinished or send ten thousand requests without
// waiting. It speaks curve25519-sha256 and aes128-gcm, and trusts the server without looking
// at its host key.
type wire struct {
	nc        net.Conn
	in        *bufio.Reader
	out, back *sealing // what is sent, what comes back; nil before there are keys
	server    string   // the server's version
	session   []byte   // the hash of the key exchange, which identifies the connection
}

// The numbers of the messages used (RFC 4250, section 4.1.2).
const (
	msgDisconnect     = 1
	msgServiceAccept  = 6
	msgKexInit        = 20
	msgNewKeys        = 21
	msgAuthFailure    = 51
	msgAuthSuccess    = 52
	msgKeyWelcome     = 60
	msgChannelOpened  = 91
	msgChannelRefused = 92
	msgWindowAdjust   = 93
	msgChannelData    = 94
	msgChannelEOF     = 96
	msgChannelClose   = 97
	msgRequestDone    = 99
	msgRequestFailed  = 100
)

const wireVersion = "SSH-2.0-wire"

type kexInit struct {
	Cookie                [16]byte `sshtype:"20"`
	Kex, HostKey          []string
	CipherOut, CipherBack []string
	MACOut, MACBack       []string
	CompOut, CompBack     []string
	LanguageOut, LangBack []string
	Follows               bool
	Reserved              uint32
}

// hello returns the KEXINIT that wire offers.
func hello() []byte {
	ciphers, macs, none := []string{"aes128-gcm@openssh.com"}, []string{"hmac-sha2-256-etm@openssh.com"}, []string{"none"}
	return gossh.Marshal(kexInit{
		Kex: []string{"curve25519-sha256"}, HostKey: []string{"ssh-ed25519"},
		CipherOut: ciphers, CipherBack: ciphers, MACOut: macs, MACBack: macs, CompOut: none, CompBack: none,
	})
}

// greet connects and exchanges versions, and nothing more.
func greet(s *server, from string) (*wire, error) {
	nc, err := dial(from, s.ssh)
	if err != nil {
		return nil, err
	}
	return greetOver(nc)
}

// greetOver is greet over a connection. It closes the connection if that fails.
func greetOver(nc net.Conn) (*wire, error) {
	w := &wire{nc: nc, in: bufio.NewReaderSize(nc, 64<<10)}
	_ = nc.SetDeadline(time.Now().Add(10 * time.Second))
	defer func() { _ = nc.SetDeadline(time.Time{}) }()
	_, err := io.WriteString(nc, wireVersion+"\r\n")
	if err == nil {
		w.server, err = w.in.ReadString('\n')
		w.server = strings.TrimRight(w.server, "\r\n")
	}
	if err == nil && !strings.HasPrefix(w.server, "SSH-") {
		err = fmt.Errorf("the server says %q", w.server) // why it refuses
	}
	if err != nil {
		_ = nc.Close()
		return nil, err
	}
	return w, nil
}

// wired returns a wire that has logged in as a guest, without a channel.
func wired(s *server, from, user string) (*wire, error) {
	nc, err := dial(from, s.ssh)
	if err != nil {
		return nil, err
	}
	return wiredOver(nc, user)
}

func wiredOver(nc net.Conn, user string) (*wire, error) {
	w, err := greetOver(nc)
	if err != nil {
		return nil, err
	}
	_ = nc.SetDeadline(time.Now().Add(10 * time.Second))
	defer func() { _ = nc.SetDeadline(time.Time{}) }()
	if err = w.exchange(); err == nil {
		err = w.login(user)
	}
	if err != nil {
		_ = nc.Close()
		return nil, err
	}
	return w, nil
}

// exchange does the key exchange (RFC 4253, section 8; RFC 8731).
func (w *wire) exchange() error {
	mine := hello()
	if err := w.send(mine); err != nil {
		return err
	}
	theirs, err := w.until(msgKexInit)
	if err != nil {
		return err
	}
	private, err := ecdh.X25519().GenerateKey(rand.Reader)
	if err != nil {
		return err
	}
	public := private.PublicKey().Bytes()
	if err := w.send(gossh.Marshal(struct {
		Public []byte `sshtype:"30"`
	}{public})); err != nil {
		return err
	}
	answer, err := w.until(31)
	if err != nil {
		return err
	}
	var reply struct {
		HostKey   []byte `sshtype:"31"`
		Public    []byte
		Signature []byte
	}
	if err := gossh.Unmarshal(answer, &reply); err != nil {
		return err
	}
	peer, err := ecdh.X25519().NewPublicKey(reply.Public)
	if err != nil {
		return err
	}
	secret, err := private.ECDH(peer)
	if err != nil {
		return err
	}
	shared := new(big.Int).SetBytes(secret)
	hash := sha256.Sum256(gossh.Marshal(struct {
		MyVersion, TheirVersion  string
		MyInit, TheirInit        []byte
		HostKey, MyKey, TheirKey []byte
		Shared                   *big.Int
	}{wireVersion, w.server, mine, theirs, reply.HostKey, public, reply.Public, shared}))
	w.session = hash[:]
	return w.newKeys(shared, hash[:])
}

// newKeys switches to the keys that follow from a key exchange, the first of the
// connection.
func (w *wire) newKeys(shared *big.Int, hash []byte) error {
	if err := w.send([]byte{msgNewKeys}); err != nil {
		return err
	}
	if _, err := w.until(msgNewKeys); err != nil {
		return err
	}
	derive := func(letter byte) []byte { // RFC 4253, section 7.2
		key := sha256.Sum256(append(append(append(gossh.Marshal(struct{ K *big.Int }{shared}), hash...), letter), hash...))
		return key[:]
	}
	var err error
	if w.out, err = newSealing(derive('C'), derive('A')); err != nil {
		return err
	}
	w.back, err = newSealing(derive('D'), derive('B'))
	return err
}

// login authenticates as a guest.
func (w *wire) login(user string) error {
	if err := w.send(gossh.Marshal(struct {
		Service string `sshtype:"5"`
	}{"ssh-userauth"})); err != nil {
		return err
	}
	if _, err := w.until(msgServiceAccept); err != nil {
		return err
	}
	if err := w.send(interactiveRequest(user)); err != nil {
		return err
	}
	_, err := w.until(msgAuthSuccess)
	return err
}

// interactiveRequest is the login of a guest.
func interactiveRequest(user string) []byte {
	return gossh.Marshal(struct {
		User, Service, Method, Language, Submethods string `sshtype:"50"`
	}{user, "ssh-connection", "keyboard-interactive", "", ""})
}

// open opens a session channel with the given window in bytes, and returns the number the
// server gives it.
func (w *wire) open(window uint32) (channel uint32, err error) {
	if err := w.send(openMessage("session", 0, window)); err != nil {
		return 0, err
	}
	answer, err := w.until(msgChannelOpened)
	if err != nil {
		return 0, err
	}
	return binary.BigEndian.Uint32(answer[5:]), nil
}

func openMessage(kind string, mine, window uint32) []byte {
	return gossh.Marshal(struct {
		Kind               string `sshtype:"90"`
		Mine, Window, Most uint32
	}{kind, mine, window, 32 << 10})
}

// requestMessage returns a request on a channel.
func requestMessage(channel uint32, kind string, reply bool, payload []byte) []byte {
	return gossh.Marshal(struct {
		Channel uint32 `sshtype:"98"`
		Kind    string
		Reply   bool
		Payload []byte `ssh:"rest"`
	}{channel, kind, reply, payload})
}

// ask makes a request of a channel and waits until the server has granted it.
func (w *wire) ask(channel uint32, kind string, payload []byte) error {
	if err := w.send(requestMessage(channel, kind, true, payload)); err != nil {
		return err
	}
	_, err := w.until(msgRequestDone)
	return err
}

// dataMessage returns typed text as a message.
func dataMessage(channel uint32, text string) []byte {
	return gossh.Marshal(struct {
		Channel uint32 `sshtype:"94"`
		Text    string
	}{channel, text})
}

// ptyRequest and windowChange are payloads of requests (RFC 4254, sections 6.2 and 6.7).
func ptyRequest() []byte {
	return gossh.Marshal(struct {
		Term                         string
		Columns, Rows, Width, Height uint32
		Modes                        string
	}{"xterm", 80, 24, 0, 0, "\x00"})
}

func windowChange(columns, rows uint32) []byte {
	return gossh.Marshal(struct{ Columns, Rows, Width, Height uint32 }{columns, rows, 0, 0})
}

// send sends messages in one write.
func (w *wire) send(messages ...[]byte) error {
	_, err := w.nc.Write(w.sealed(messages...))
	return err
}

// sealed returns the messages as they are sent.
func (w *wire) sealed(messages ...[]byte) (all []byte) {
	for _, m := range messages {
		all = w.out.seal(all, m)
	}
	return all
}

// until returns the next message of a kind, and drops those before it.
func (w *wire) until(kind byte) ([]byte, error) {
	for {
		m, err := w.receive()
		if err != nil {
			return nil, fmt.Errorf("waiting for message %d: %w", kind, err)
		}
		switch {
		case m[0] == kind:
			return m, nil
		case m[0] == msgDisconnect, m[0] == refusals[kind]:
			return nil, fmt.Errorf("waiting for message %d: got %d: %q", kind, m[0], m[1:])
		}
	}
}

// refusals are the messages that may come instead of an expected one.
var refusals = map[byte]byte{
	msgAuthSuccess: msgAuthFailure, msgChannelOpened: msgChannelRefused, msgRequestDone: msgRequestFailed,
}

// drain reads what comes until the connection ends, and counts it.
func (w *wire) drain() (messages int) {
	for {
		if _, err := w.receive(); err != nil {
			return messages
		}
		messages++
	}
}

// receive returns the next message.
func (w *wire) receive() ([]byte, error) { return w.back.open(w.in) }

// sealing is one direction of the packet protocol: AES-GCM (RFC 5647), or nothing before
// there are keys.
type sealing struct {
	aead  cipher.AEAD
	nonce []byte
}

func newSealing(key, nonce []byte) (*sealing, error) {
	block, err := aes.NewCipher(key[:16])
	if err != nil {
		return nil, err
	}
	aead, err := cipher.NewGCM(block)
	return &sealing{aead, nonce[:12]}, err
}

// next counts the packets.
func (s *sealing) next() {
	counter := s.nonce[4:]
	binary.BigEndian.PutUint64(counter, binary.BigEndian.Uint64(counter)+1)
}

// seal appends a packet with a message to dst (RFC 4253, section 6).
func (s *sealing) seal(dst, message []byte) []byte {
	block, before := 8, 5 // what counts for the padding: in the clear the length does
	if s != nil {
		block, before = 16, 1
	}
	padding := block - (before+len(message))%block
	if padding < 4 {
		padding += block
	}
	plain := make([]byte, 1, 1+len(message)+padding)
	plain[0] = byte(padding)
	return s.sealPlain(dst, append(append(plain, message...), make([]byte, padding)...))
}

// sealPlain appends a packet of plain: the length of the padding, the message, the padding.
func (s *sealing) sealPlain(dst, plain []byte) []byte {
	length := binary.BigEndian.AppendUint32(nil, uint32(len(plain)))
	dst = append(dst, length...)
	if s == nil {
		return append(dst, plain...)
	}
	defer s.next()
	return s.aead.Seal(dst, s.nonce, plain, length)
}

// open reads a packet, and returns its message.
func (s *sealing) open(from io.Reader) ([]byte, error) {
	var length [4]byte
	if _, err := io.ReadFull(from, length[:]); err != nil {
		return nil, err
	}
	n := binary.BigEndian.Uint32(length[:])
	if n > 256<<10 {
		return nil, fmt.Errorf("a packet of %d bytes", n)
	}
	tag := 0
	if s != nil {
		tag = s.aead.Overhead()
	}
	packet := make([]byte, int(n)+tag)
	if _, err := io.ReadFull(from, packet); err != nil {
		return nil, err
	}
	if s != nil {
		defer s.next()
		var err error
		if packet, err = s.aead.Open(packet[:0], s.nonce, packet, length[:]); err != nil {
			return nil, err
		}
	}
	if len(packet) < 2 || int(packet[0])+2 > len(packet) {
		return nil, errors.New("a packet without a message")
	}
	return packet[1 : len(packet)-int(packet[0])], nil
}
