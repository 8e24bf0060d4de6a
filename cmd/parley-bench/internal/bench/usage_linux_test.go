package bench

import (
	"os/exec"
	"testing"
	"time"
)

// What a process takes is known of it, and of no other.
func TestUsage(t *testing.T) {
	cmd := exec.Command("sh", "-c", "i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done; echo; read x")
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	_, _ = out.Read(make([]byte, 1)) // it has counted
	u := usage{cmd.Process.Pid}
	cpu, memory := u.cpu(), u.memory()
	if !cpu.known || cpu.value <= 0 || cpu.value > time.Since(began).Seconds()+1 {
		t.Errorf("processor time %+v", cpu)
	}
	if !memory.known || memory.value < 100 || memory.value > 100_000 {
		t.Errorf("memory %+v KiB", memory)
	}
	_ = in.Close()
	_ = cmd.Wait()
	if cpu, memory := u.cpu(), u.memory(); cpu.known || memory.known {
		t.Errorf("of one that has ended: %+v, %+v", cpu, memory)
	}
	if cpu, memory := (usage{}).cpu(), (usage{}).memory(); cpu.known || memory.known {
		t.Errorf("of no process: %+v, %+v", cpu, memory)
	}
}
