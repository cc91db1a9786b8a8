package main

import (
	"cmp"
	"slices"
)

// median is the middle of some values, or half way between the two middle ones; the zero value of none.
func median[T ~int | ~int64 | ~float64](values []T) T {
	if len(values) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(values))
	n := len(sorted)
	if n%2 == 1 {
		return sorted[n/2]
	}
	return sorted[n/2-1] + (sorted[n/2]-sorted[n/2-1])/2
}

// pick takes one value from each.
func pick[A any, B cmp.Ordered](all []A, f func(A) B) []B {
	var list []B
	for _, a := range all {
		list = append(list, f(a))
	}
	return list
}

// highest is the largest of some values; the zero value of none.
func highest[T cmp.Ordered](values []T) T {
	var zero T
	if len(values) == 0 {
		return zero
	}
	return slices.Max(values)
}

// lowest is the smallest of some values; the zero value of none.
func lowest[T cmp.Ordered](values []T) T {
	var zero T
	if len(values) == 0 {
		return zero
	}
	return slices.Min(values)
}

// rotated is a list that begins with its n-th element, and goes on with the first behind the last.
func rotated[T any](list []T, n int) []T {
	if len(list) == 0 {
		return nil
	}
	n %= len(list)
	return slices.Concat(list[n:], list[:n])
}
