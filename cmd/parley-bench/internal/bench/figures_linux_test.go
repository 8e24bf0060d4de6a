package bench

import (
	"os"
	"os/exec"
	"testing"
	"time"
)

// measuring is a run with a server that a command starts.
func measuring(command func() *exec.Cmd, z Sizes) *bench {
	return &bench{Options: Options{
		Sizes:   z,
		Command: func(string) *exec.Cmd { return command() },
	}}
}

// The processor time is that of the server's process, since it is measured: here it is one
// that burns all the time, or one that has burned and rests, while another serves.
func TestProcessorTimeIsTheServers(t *testing.T) {
	t.Parallel()
	const (
		burn   = "exec 3<&0; (cat <&3; kill $$) & while :; do :; done"
		burned = "i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done"
	)
	for _, tt := range []struct {
		name, before, after string
		least, most         float64 // of the time that is measured
	}{
		{"burns", "", burn, .05, 3},     // it has a part of the machine, and talk may last longer
		{"rests", burned, "cat", 0, .1}, // it starts
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			script := tt.before + "\necho 'listening for=tcp address=" + listen(t, ServePlainTCP) + "' >&2; " + tt.after
			b := measuring(func() *exec.Cmd { return sh(script) }, tiny())
			z := &b.Sizes
			z.IdleRaw, z.Seconds = 300, .5
			e := &entrant{protocol: Raw, command: PlainTCP}

			began := time.Now()
			m, err := b.measure(t.Context(), e, scenario{"", connectAndIdle})
			if err != nil {
				t.Fatal(err)
			}
			n, all := float64(z.IdleRaw), time.Since(began).Seconds()
			if m[connectRate] < n/all {
				t.Errorf("%v connections a second, %v in %v s", m[connectRate], n, all)
			}
			if share := m[connectCPU] * n / 1e3 / (n/m[connectRate] + settle.Seconds()); share < tt.least || share > tt.most {
				t.Errorf("connecting it took %v of a core: %v", share, m)
			}

			m, err = b.measure(t.Context(), e, scenario{"", paced})
			if err != nil {
				t.Fatal(err)
			}
			deliveries := float64(z.Rate) * z.Seconds * float64(z.PacedReceivers+z.Senders-1)
			if share := m[pacedCPU] * deliveries / 1e6 / z.Seconds; share < tt.least || share > tt.most {
				t.Errorf("when it is paced it took %v of a core: %v", share, m)
			}
		})
	}
}

// What a connection takes is what the server's process has more of with it, and what it
// does in the time after the last has come, in which the memory may become less.
func TestConnectionTakes(t *testing.T) {
	t.Parallel()
	z := tiny()
	z.IdleRaw = hungryGuests
	b := measuring(func() *exec.Cmd {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), asHungry+"=yes")
		return cmd
	}, z)
	m, err := b.measure(t.Context(), &entrant{protocol: Raw, command: PlainTCP}, scenario{"", connectAndIdle})
	if err != nil {
		t.Fatal(err)
	}
	if of := m[idleMemory] / hungryKiB; of < .9 || of > 1.4 {
		t.Errorf("memory %v KiB, want %v", m[idleMemory], hungryKiB)
	}
	if burned := m[connectCPU] * hungryGuests / 1e3; burned < .1*settle.Seconds() {
		t.Errorf("processor time %v s in all", burned)
	}
}
