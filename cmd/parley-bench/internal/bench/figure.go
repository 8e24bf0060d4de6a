package bench

import "slices"

// A figure is a number that is measured: the scenario, a point, and the name it has
// in JSON, with its unit.
type figure string

// The figures.
const (
	pacedCPU      figure = "paced.cpu_us_per_delivery"
	pacedP50      figure = "paced.latency_p50_ms"
	pacedP99      figure = "paced.latency_p99_ms"
	pacedLongest  figure = "paced.latency_max_ms"
	pacedLost     figure = "paced.lost"
	pacedRepeated figure = "paced.repeated"
	pacedDisorder figure = "paced.out_of_order"
	pacedHeld     figure = "paced.held_back"

	saturatedRate     figure = "saturated.deliveries_per_s"
	saturatedCPU      figure = "saturated.cpu_us_per_delivery"
	saturatedLost     figure = "saturated.lost"
	saturatedRepeated figure = "saturated.repeated"
	saturatedDisorder figure = "saturated.out_of_order"
	saturatedHeld     figure = "saturated.held_back"

	idleMemory figure = "idle.memory_kib_per_connection"

	connectRate figure = "connect.connections_per_s"
	connectCPU  figure = "connect.cpu_ms_per_connection"
)

// meanings say what each figure is, in the order they are documented in.
var meanings = []struct {
	figure  figure
	meaning string
}{
	{pacedCPU, "processor time of the server for one message to one receiver"},
	{pacedP50, "from when a message was due until it was read: half took no longer"},
	{pacedP99, "the same: 99 of 100 took no longer"},
	{pacedLongest, "the same: none took longer"},
	{pacedLost, "messages that a receiver did not get, though somebody did, or got a later one of their sender"},
	{pacedRepeated, "messages that a receiver got again"},
	{pacedDisorder, "messages that a receiver got behind a later one of their sender"},
	{pacedHeld, "messages that nobody got, nor a later one of their sender"},
	{saturatedRate, "messages that all together got in a second, until the last came"},
	{saturatedCPU, "as when paced"},
	{saturatedLost, "as when paced"},
	{saturatedRepeated, "as when paced"},
	{saturatedDisorder, "as when paced"},
	{saturatedHeld, "as when paced"},
	{idleMemory, "by how much the resident memory of the server grew for one, a second after all were open"},
	{connectRate, "opened in a second, 16 at a time, until they may talk"},
	{connectCPU, "processor time of the server to open one, with what it does in the second after all were open"},
}

// faults are the figures that are 0 where nothing is wrong. Of several rounds they
// are added up; of the others it is the median.
var faults = []figure{
	pacedLost, pacedRepeated, pacedDisorder, pacedHeld,
	saturatedLost, saturatedRepeated, saturatedDisorder, saturatedHeld,
}

// measured is what was found; what cannot be known is not in it.
type measured map[figure]float64

func (m measured) put(f figure, a amount) {
	if a.known {
		m[f] = a.value
	}
}

// summary is one figure for each, of several rounds.
func summary(rounds []measured) measured {
	all := make(map[figure][]float64)
	for _, m := range rounds {
		for f, v := range m {
			all[f] = append(all[f], v)
		}
	}
	m := make(measured)
	for f, values := range all {
		if slices.Contains(faults, f) {
			m[f] = sum(values)
		} else {
			m[f] = median(values)
		}
	}
	return m
}

func sum(values []float64) (s float64) {
	for _, v := range values {
		s += v
	}
	return s
}

func median(values []float64) float64 {
	slices.Sort(values)
	middle := len(values) / 2
	if len(values)%2 == 1 {
		return values[middle]
	}
	return (values[middle-1] + values[middle]) / 2
}

// An amount is a number that may not be known.
type amount struct {
	value float64
	known bool
}

func exactly(value float64) amount { return amount{value, true} }

func (a amount) minus(b amount) amount { return amount{a.value - b.value, a.known && b.known} }

func (a amount) times(f float64) amount { return amount{a.value * f, a.known} }
