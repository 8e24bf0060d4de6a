package sshserver

import (
	"encoding/binary"
	"errors"

	"parley/internal/netguard"
)

const (
	// maxClearPacket is the longest packet every implementation has to take (RFC 4253,
	// section 6.1). The library takes 256 KiB, and takes the memory for it as soon as
	// the length has come, from whoever it is.
	maxClearPacket = 35_000
	newKeys        = 21 // the last packet in the clear: SSH_MSG_NEWKEYS
)

var (
	errNotSSH    = errors.New("not an SSH client")
	errTooLarge  = errors.New("a packet too large for one that is not encrypted")
	errNoVersion = errors.New("no end of the SSH version")
)

// clear looks at what a client sends before it is encrypted: its version, and the
// packets of the first key exchange. It is of the goroutine that reads.
type clear struct {
	version int     // bytes of the version line so far
	begun   bool    // the version line is over
	over    bool    // the rest is encrypted
	head    [6]byte // of the packet under way: length, padding, type
	have    int     // bytes of head
	rest    int     // bytes of the packet still to come behind head
}

const versionPrefix = "SSH-"

// look returns an error for what no SSH client sends. A client that does not begin as
// SSH does is known by its first byte: whatever it speaks, nothing of it is looked at.
func (c *clear) look(p []byte) error {
	for len(p) > 0 && !c.over {
		var err error
		if c.begun {
			p, err = c.packet(p)
		} else {
			p, err = c.line(p)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// line takes a byte of the version line off p: RFC 4253, section 4.2.
func (c *clear) line(p []byte) (rest []byte, err error) {
	const longest = 255
	switch {
	case c.version < len(versionPrefix) && p[0] != versionPrefix[c.version]:
		return nil, errNotSSH
	case c.version == longest:
		return nil, errNoVersion
	case p[0] == '\n':
		c.begun = true
	}
	c.version++
	return p[1:], nil
}

// packet takes what there is of a packet off p.
func (c *clear) packet(p []byte) (rest []byte, err error) {
	if c.have == len(c.head) {
		n := min(c.rest, len(p))
		if c.rest -= n; c.rest == 0 {
			c.have = 0
			c.over = c.head[5] == newKeys
		}
		return p[n:], nil
	}
	n := copy(c.head[c.have:], p)
	if c.have += n; c.have < len(c.head) {
		return p[n:], nil
	}
	length := binary.BigEndian.Uint32(c.head[:])
	if length > maxClearPacket {
		return nil, errTooLarge
	}
	c.rest = max(0, int(length)-2) // padding and type are counted in it
	if c.rest == 0 {
		c.have = 0 // no such packet is whole: the library says so
	}
	return p[n:], nil
}

// refusalOf is how an error of look is counted.
func refusalOf(err error) netguard.Refusal {
	if errors.Is(err, errNotSSH) {
		return netguard.Foreign
	}
	return netguard.BadLogin
}
