package runner

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// What compare does not name is the same in both lists, in order, and nothing that was is left out.
func TestCompare(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	word := func() string { return string(rune('a' + random.IntN(4))) }
	for range 20_000 {
		var was, now []string
		for range random.IntN(7) {
			was = append(was, word())
		}
		switch now = slices.Clone(was); random.IntN(3) {
		case 0:
			now = nil
			for range random.IntN(7) {
				now = append(now, word())
			}
		case 1:
			for range random.IntN(3) {
				at := random.IntN(len(now) + 1)
				now = slices.Insert(now, at, word())
			}
		case 2:
			for range min(random.IntN(3), len(now)) {
				at := random.IntN(len(now))
				now = slices.Delete(now, at, at+1)
			}
		}
		changes := compare(was, now)
		named := func(i int, of func(change) int) bool {
			return slices.ContainsFunc(changes, func(c change) bool { return of(c) == i })
		}
		var keptWas, keptNow []string
		for i, w := range was {
			if !named(i, func(c change) int { return c.was }) {
				keptWas = append(keptWas, w)
			}
		}
		for j, n := range now {
			if len(keptNow) < len(keptWas) && !named(j, func(c change) int { return c.now }) {
				keptNow = append(keptNow, n)
			}
		}
		if !slices.Equal(keptWas, keptNow) {
			t.Fatalf("%q and %q: %v keeps %q and %q", was, now, changes, keptWas, keptNow)
		}
		for _, c := range changes {
			if c.was < 0 && c.now < 0 || c.was < 0 && (c.before < 0 || c.before > len(was)) {
				t.Fatalf("%q and %q: %v", was, now, changes)
			}
		}
		if prefix := len(now) >= len(was) && slices.Equal(was, now[:len(was)]); prefix != (len(changes) == 0) {
			t.Fatalf("%q and %q: %v", was, now, changes)
		}
	}
}
