//go:build !race

package safetext_test

import "time"

// keyBudget is what the keys of all words of the longest line may take. It took up to 4 ms.
const keyBudget = 300 * time.Microsecond
