package bench

import (
	"math/bits"
	"time"
)

// A histogram counts times in buckets whose width grows with the time, so that it
// has a fixed size and a quantile is at most 1/64 of itself off. The zero value
// is empty. Times over [longestCounted] count as that.
type histogram struct {
	counts [buckets]uint32
	n      uint64
	most   time.Duration
}

const (
	fineBits       = 5 // each doubling of the time has 32 buckets
	fine           = 1 << fineBits
	longBits       = 36
	longestCounted = time.Duration(1<<longBits - 1) // 68.7 s
	buckets        = (longBits - fineBits + 1) * fine
)

// add counts one time. One below 0 counts as 0.
func (h *histogram) add(d time.Duration) {
	d = min(max(d, 0), longestCounted)
	h.counts[bucketOf(uint64(d))]++
	h.n++
	h.most = max(h.most, d)
}

// merge adds what other has counted.
func (h *histogram) merge(other *histogram) {
	for i, n := range other.counts {
		h.counts[i] += n
	}
	h.n += other.n
	h.most = max(h.most, other.most)
}

// quantile is the time that a share q of those counted do not exceed, from 0 to 1;
// 0 if none was counted.
func (h *histogram) quantile(q float64) time.Duration {
	rank := uint64(q * float64(h.n))
	below := uint64(0)
	for i, n := range h.counts {
		below += uint64(n)
		if below > rank || below == h.n && n > 0 {
			return min(middle(i), h.most)
		}
	}
	return 0
}

// bucketOf is the bucket for v: the first 32 are of width 1, the next 32 too, then
// each 32 are twice as wide as those before.
func bucketOf(v uint64) int {
	shift := max(bits.Len64(v)-fineBits-1, 0)
	return shift*fine + int(v>>shift)
}

// middle is the time in the middle of a bucket.
func middle(bucket int) time.Duration {
	shift := max(bucket/fine-1, 0)
	from := uint64(bucket-shift*fine) << shift
	return time.Duration(from + (1<<shift)/2)
}
