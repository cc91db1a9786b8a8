package chain

import (
	"cmp"
	"slices"
	"strings"

	"github.com/agext/levenshtein"
)

// near returns up to three names that may have been meant by a name that none of them is, the nearest first.
func near(name string, names []string) []string {
	type guess struct {
		name string
		dist int
	}
	limit := 2
	switch {
	case len(name) < 3:
		limit = 0 // only another case: one letter is as near to all others
	case len(name) < 5:
		limit = 1
	}
	low := strings.ToLower(name)
	var guesses []guess
	for _, n := range names {
		other := strings.ToLower(n)
		if len(name) >= 3 && strings.HasPrefix(other, low) {
			guesses = append(guesses, guess{n, 1}) // cut short
		} else if len(other) >= 3 && strings.HasPrefix(low, other) {
			guesses = append(guesses, guess{n, 1}) // the name of the file, which goes on behind the id
		} else if abs(len(other)-len(low)) > limit {
			continue // spares nearly all the work where lengths differ
		} else if d := levenshtein.Distance(low, other, nil); d <= limit { // its MaxCost miscounts: order, users would be 1
			guesses = append(guesses, guess{n, d})
		}
	}
	slices.SortFunc(guesses, func(a, b guess) int {
		return cmp.Or(cmp.Compare(a.dist, b.dist), strings.Compare(a.name, b.name))
	})
	var found []string
	for _, g := range guesses[:min(len(guesses), 3)] {
		found = append(found, g.name)
	}
	return found
}

func abs(n int) int {
	if n < 0 {
		return -n
	}
	return n
}
