package bench

// usage is what a process takes; of process 0, one that is not ours, nothing is known.
type usage struct{ pid int }

// cpu is its processor time in seconds.
func (u usage) cpu() amount {
	if u.pid == 0 {
		return amount{}
	}
	d, known := cpuTime(u.pid)
	return amount{d.Seconds(), known}
}

// memory is its resident memory in KiB.
func (u usage) memory() amount {
	if u.pid == 0 {
		return amount{}
	}
	kib, known := residentKiB(u.pid)
	return amount{float64(kib), known}
}
