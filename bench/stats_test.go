package main

import (
	"slices"
	"testing"
	"time"
)

func TestMedian(t *testing.T) {
	for _, test := range []struct {
		values []float64
		want   float64
	}{
		{nil, 0}, {[]float64{3}, 3}, {[]float64{5, 1}, 3}, {[]float64{9, 1, 2}, 2}, {[]float64{4, 100, 1, 2}, 3},
	} {
		before := slices.Clone(test.values)
		if got := median(test.values); got != test.want {
			t.Errorf("median(%v) = %v, want %v", test.values, got, test.want)
		}
		if !slices.Equal(before, test.values) {
			t.Errorf("median changes %v to %v", before, test.values)
		}
	}
	if got := median([]time.Duration{time.Second, 3 * time.Second}); got != 2*time.Second {
		t.Errorf("median of durations: %v", got)
	}
}

func TestHighestLowest(t *testing.T) {
	if highest([]int{2, 9, 4}) != 9 || lowest([]int{5, 2, 9}) != 2 || highest([]int(nil)) != 0 || lowest([]int(nil)) != 0 {
		t.Error("highest or lowest is wrong")
	}
}

// In as many rounds as there are contenders, each is first once, and none is left out.
func TestRotated(t *testing.T) {
	list := []string{"a", "b", "c"}
	for n, want := range [][]string{{"a", "b", "c"}, {"b", "c", "a"}, {"c", "a", "b"}, {"a", "b", "c"}} {
		if got := rotated(list, n); !slices.Equal(got, want) {
			t.Errorf("rotated by %d: %q, want %q", n, got, want)
		}
	}
	if got := rotated([]string(nil), 3); len(got) != 0 {
		t.Errorf("rotated nothing: %q", got)
	}
}

func walls(ms ...int) (list []sample) {
	for i, n := range ms {
		list = append(list, sample{Round: i, Wall: time.Duration(n) * time.Millisecond})
	}
	return list
}

// The ratio is of what ran in the same round: noise that strikes both does not show.
func TestAgainst(t *testing.T) {
	ours := result{Samples: walls(50, 100, 500)}
	bare := result{Bare: true, Samples: walls(100, 200, 1000)}
	if got, ok := ours.against(&bare); got != 0.5 || !ok {
		t.Errorf("ratio %v, %v; want 0.5", got, ok)
	}
	bare.Samples = bare.Samples[:1]
	if got, ok := ours.against(&bare); got != 0.5 || !ok {
		t.Errorf("ratio of one common round %v, %v; want 0.5", got, ok)
	}
	if _, ok := ours.against(nil); ok {
		t.Error("a ratio to nobody")
	}
}
