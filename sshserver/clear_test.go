package sshserver

import (
	"bytes"
	"encoding/binary"
	"errors"
	"slices"
	"testing"
)

// inClear is a packet that is not encrypted, of a type and a length.
func inClear(kind byte, length int) []byte {
	p := binary.BigEndian.AppendUint32(nil, uint32(length))
	return append(append(p, 4, kind), make([]byte, max(0, length-2))...)
}

func TestWhatComesInTheClear(t *testing.T) {
	version := []byte("SSH-2.0-OpenSSH_9.2\r\n")
	after := func(packets ...[]byte) []byte { return slices.Concat(append([][]byte{version}, packets...)...) }
	for _, tt := range []struct {
		name string
		data []byte
		want error
		over bool
	}{
		{"nothing", nil, nil, false},
		{"part of the prefix", []byte("SS"), nil, false},
		{"the version", version, nil, false},
		{"HTTP", []byte("GET / HTTP/1.1\r\n"), errNotSSH, false},
		{"another letter in the prefix", []byte("SSX"), errNotSSH, false},
		{"an endless version", append([]byte("SSH-"), bytes.Repeat([]byte("x"), 252)...), errNoVersion, false},
		{"a key exchange", after(inClear(20, 1500), inClear(30, 1200), inClear(newKeys, 12)), nil, true},
		{"and what is encrypted", after(inClear(newKeys, 12), bytes.Repeat([]byte{0xff}, 99)), nil, true},
		{"the largest packet", after(inClear(20, maxClearPacket)), nil, false},
		{"too large a packet", after(inClear(20, maxClearPacket+1)[:6]), errTooLarge, false},
		{"256 KiB announced", after([]byte{0, 4, 0, 0, 4, 20}), errTooLarge, false},
		{"a second one too large", after(inClear(20, 100), []byte{0xff, 0xff, 0xff, 0xff, 0, 0}), errTooLarge, false},
		{"packets of no length", after(inClear(20, 0), inClear(20, 1), inClear(20, 2), inClear(newKeys, 12)), nil, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for _, piece := range []int{1, 2, 5, 7, 4096} { // however it is cut
				var c clear
				var err error
				for part := range slices.Chunk(tt.data, piece) {
					if err = c.look(part); err != nil {
						break
					}
				}
				if !errors.Is(err, tt.want) || c.over != tt.over {
					t.Errorf("in pieces of %d: %v, over %t; want %v, %t", piece, err, c.over, tt.want, tt.over)
				}
			}
		})
	}
}

// FuzzClear: pieces do not matter.
func FuzzClear(f *testing.F) {
	f.Add(append([]byte("SSH-2.0-x\r\n"), inClear(20, 40)...), 3)
	f.Add(append([]byte("SSH-2.0-x\r\n"), inClear(newKeys, 12)...), 12)
	f.Add([]byte("SSH-2.0-x\r\n\x00\x04\x00\x00\x00\x00"), 14)
	f.Fuzz(func(t *testing.T, data []byte, cut int) {
		cut = max(0, min(cut, len(data)))
		var whole, pieces clear
		want := whole.look(data)
		err := pieces.look(data[:cut])
		if err == nil {
			err = pieces.look(data[cut:])
		}
		if err != want || err == nil && pieces != whole {
			t.Errorf("cut at %d: %v, %+v; whole: %v, %+v", cut, err, pieces, want, whole)
		}
	})
}
