package sshserver

import (
	"errors"
	"fmt"
	"io"
	"testing"
)

// A piece that the library asks for is as much of a packet as it still lacks.
func TestPackets_AreBounded(t *testing.T) {
	type stage struct{ keyed, admitted, begins, paced bool }
	for _, tt := range []struct {
		stage stage
		most  int
	}{
		{stage{paced: true}, maxUnkeyed},
		{stage{keyed: true, paced: true}, maxPacket},
		{stage{keyed: true, admitted: true, paced: true}, maxPacket},
		{stage{keyed: true, admitted: true, begins: true, paced: true}, maxPacketLater},
		{stage{keyed: true, admitted: true, begins: true}, maxPacket},
	} {
		t.Run(fmt.Sprintf("%+v", tt.stage), func(t *testing.T) {
			for _, size := range []int{tt.most, tt.most + 1} {
				ours, theirs := memoryPipe(1 << 10)
				s := newServer(t, func(o *Options) {
					if tt.stage.paced {
						paced(o)
					}
				})
				l := s.connect(theirs)
				l.keyed.Store(tt.stage.keyed)
				l.admitted.Store(tt.stage.admitted)
				l.begins.Store(tt.stage.begins)
				if _, err := io.WriteString(ours, versionPrefix); err != nil {
					t.Fatal(err)
				}
				if _, err := l.Read(make([]byte, size)); errors.Is(err, errTooLarge) != (size > tt.most) {
					t.Errorf("a packet that lacks %d bytes: %v", size, err)
				}
				_ = l.Close()
				_ = ours.Close()
			}
		})
	}
}
