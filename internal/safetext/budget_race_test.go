//go:build race

package safetext_test

import "time"

// keyBudget is for the race detector, which makes all ten times as slow.
const keyBudget = 10 * time.Millisecond
