package chain

import "strings"

// NeedsApplied reports whether a target, or a range, cannot be told from files alone: it names the place where the database stands.
func NeedsApplied(text string) bool {
	for end := range strings.SplitSeq(text, ":") {
		_, name, ok := strings.Cut(end, "@")
		if !ok {
			name = end
		}
		if strings.HasPrefix(name, wordCurrent) {
			return true
		}
	}
	return false
}
