package bench

import (
	"fmt"
	"time"
)

// Sizes say how much is measured.
type Sizes struct {
	Rounds             int     `json:"rounds"`
	Seconds            float64 `json:"duration_s"` // how long is talked, in the paced and in the saturated scenario
	Senders            int     `json:"senders"`    // they also receive what the others send
	MessageBytes       int     `json:"message_bytes"`
	PacedReceivers     int     `json:"paced_receivers"`
	Rate               int     `json:"paced_messages_per_s"` // of all senders together
	SaturatedReceivers int     `json:"saturated_receivers"`
	Window             int     `json:"saturated_window_messages"` // under way at most, of all senders together
	IdleRaw            int     `json:"idle_raw_connections"`
	IdleSSH            int     `json:"idle_ssh_connections"`
}

// Full takes some three minutes, on 2 cores.
func Full() Sizes {
	return Sizes{
		Rounds: 3, Seconds: 5, Senders: 4, MessageBytes: 64,
		PacedReceivers: 500, Rate: 100,
		SaturatedReceivers: 200, Window: 1024,
		IdleRaw: 2000, IdleSSH: 500,
	}
}

// Quick takes less than half a minute there, and less than one where others are busy.
func Quick() Sizes {
	return Sizes{
		Rounds: 1, Seconds: 2, Senders: 4, MessageBytes: 64,
		PacedReceivers: 200, Rate: 100,
		SaturatedReceivers: 100, Window: 1024,
		IdleRaw: 1000, IdleSSH: 200,
	}
}

func (z *Sizes) idle(p Protocol) int {
	if p == SSH {
		return z.IdleSSH
	}
	return z.IdleRaw
}

func (z *Sizes) duration() time.Duration { return time.Duration(z.Seconds * float64(time.Second)) }

// Check says which size makes no sense.
func (z *Sizes) Check() error {
	for _, n := range []struct {
		what  string
		value float64
		least float64
		most  float64
	}{
		{"rounds", float64(z.Rounds), 1, 100},
		{"senders", float64(z.Senders), 1, maxSenders},
		{"receivers", float64(min(z.PacedReceivers, z.SaturatedReceivers)), 1, 1e6},
		{"idle connections", float64(min(z.IdleRaw, z.IdleSSH)), 1, 1e6},
		{"messages a second", float64(z.Rate), 1, 1e6},
		{"messages under way", float64(z.Window), float64(z.Senders), 1e6}, // each sender has a share
		{"bytes of a message", float64(z.MessageBytes), messageSize + 1, 1024},
		{"seconds of talking", z.Seconds, 0.1, 3600},
	} {
		if n.value < n.least || n.value > n.most {
			return fmt.Errorf("%s %s: give %s to %s", number(n.value), n.what, number(n.least), number(n.most))
		}
	}
	return nil
}

// spareFiles are for what is open besides the connections.
const spareFiles = 64

// fit says when the connections are more than the files that a process may have
// open: each is one here, and one in the server.
func (z *Sizes) fit(files uint64) error {
	most := max(z.Senders+max(z.PacedReceivers, z.SaturatedReceivers), z.IdleRaw, z.IdleSSH)
	if uint64(most+spareFiles) <= files {
		return nil
	}
	return fmt.Errorf("%d connections do not fit: the limit on open files is %d here, and %d more than connections are needed: "+
		"raise it (ulimit -Hn), or choose fewer with --idle and --receivers", most, files, spareFiles)
}
