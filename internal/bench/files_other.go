//go:build !unix

package bench

// maxFiles is known on Unix only.
func maxFiles() (n uint64, known bool) { return 0, false }
