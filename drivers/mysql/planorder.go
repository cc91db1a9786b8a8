package mysql

import (
	"container/heap"
	"slices"
)

// inOrder sorts keys so that what one needs comes before it, and else by name. In a circle the one with the first name comes before what it needs.
func inOrder(keys []string, needs func(key string) []string) []string {
	keys = slices.Sorted(slices.Values(keys))
	open := make(map[string]int, len(keys)) // how many of what it needs have not come
	for _, k := range keys {
		open[k] = 0
	}
	waiting := map[string][]string{}
	for _, k := range keys {
		for _, n := range needs(k) {
			if _, ok := open[n]; ok && n != k {
				open[k]++
				waiting[n] = append(waiting[n], k)
			}
		}
	}
	ready := &names{}
	for _, k := range keys {
		if open[k] == 0 {
			heap.Push(ready, k)
		}
	}
	out := make([]string, 0, len(keys))
	done := make(map[string]bool, len(keys))
	next := 0
	for len(out) < len(keys) {
		var k string
		if ready.Len() > 0 {
			k = heap.Pop(ready).(string)
		} else {
			for done[keys[next]] {
				next++
			}
			k = keys[next]
		}
		if done[k] {
			continue
		}
		done[k] = true
		out = append(out, k)
		for _, w := range waiting[k] {
			if open[w]--; open[w] == 0 {
				heap.Push(ready, w)
			}
		}
	}
	return out
}

// names is a heap of them.
type names []string

func (n names) Len() int           { return len(n) }
func (n names) Less(i, j int) bool { return n[i] < n[j] }
func (n names) Swap(i, j int)      { n[i], n[j] = n[j], n[i] }
func (n *names) Push(x any)        { *n = append(*n, x.(string)) }
func (n *names) Pop() any {
	last := (*n)[len(*n)-1]
	*n = (*n)[:len(*n)-1]
	return last
}

// longestCommon are the most elements that stand in the same order in both lists: they need not move.
func longestCommon(a, b []string) map[string]bool {
	out := map[string]bool{}
	for len(a) > 0 && len(b) > 0 && a[0] == b[0] {
		out[a[0]] = true
		a, b = a[1:], b[1:]
	}
	for len(a) > 0 && len(b) > 0 && a[len(a)-1] == b[len(b)-1] {
		out[a[len(a)-1]] = true
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	n, m := len(a), len(b)
	d := make([][]int, n+1)
	for i := range d {
		d[i] = make([]int, m+1)
	}
	for i := n - 1; i >= 0; i-- {
		for j := m - 1; j >= 0; j-- {
			if a[i] == b[j] {
				d[i][j] = d[i+1][j+1] + 1
			} else {
				d[i][j] = max(d[i+1][j], d[i][j+1])
			}
		}
	}
	for i, j := 0, 0; i < n && j < m; {
		switch {
		case a[i] == b[j]:
			out[a[i]] = true
			i++
			j++
		case d[i+1][j] >= d[i][j+1]:
			i++
		default:
			j++
		}
	}
	return out
}
