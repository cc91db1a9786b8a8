package schema

import (
	"fmt"
	"path"
	"slices"
	"strings"
)

// A Filter chooses among the objects of a snapshot. The zero value takes all.
type Filter struct {
	include, exclude []pattern
}

// A pattern is an optional kind and a path whose parts may hold * and ?.
type pattern struct {
	kind  string
	parts []string
}

// NewFilter makes a filter of patterns: what include matches, or all if there is none, without what exclude matches. A pattern is a path with dots between its parts, in
// which * stands for any characters of a part and ? for one; it matches an object and all that is below: "audit", "*.log_*", "orders.total". With a kind
// and a colon before it, it matches objects of that kind only: "trigger:*".
func NewFilter(include, exclude []string) (Filter, error) {
	var f Filter
	for _, list := range []struct {
		from []string
		to   *[]pattern
	}{{include, &f.include}, {exclude, &f.exclude}} {
		for _, text := range list.from {
			p, err := readPattern(text)
			if err != nil {
				return Filter{}, err
			}
			*list.to = append(*list.to, p)
		}
	}
	return f, nil
}

func readPattern(text string) (pattern, error) {
	kind, name, ok := strings.Cut(text, ":")
	if !ok {
		kind, name = "", text
	}
	p := pattern{kind: strings.ToLower(strings.TrimSpace(kind)), parts: strings.Split(strings.TrimSpace(name), ".")}
	for _, part := range p.parts {
		if _, err := path.Match(part, ""); err != nil || part == "" {
			return pattern{}, fmt.Errorf("%q is no pattern of names: parts with dots between them, * and ? in them", text)
		}
	}
	return p, nil
}

// matches reports whether an object is meant, or is below one that is.
func (p pattern) matches(o *Object) bool {
	if p.kind != "" && p.kind != o.Kind || len(o.Path) < len(p.parts) {
		return false
	}
	for i, part := range p.parts {
		if !match(part, o.Path[i]) {
			return false
		}
	}
	return true
}

// match reports whether a name is what a part of a pattern says. A slash is a character like others here.
func match(part, name string) bool {
	whole := func(s string) string { return strings.ReplaceAll(s, "/", "\x00") }
	ok, _ := path.Match(whole(part), whole(name))
	return ok
}

// leadsTo reports whether an object is above one that may be meant: a schema of tables.
func (p pattern) leadsTo(o *Object) bool {
	if len(o.Path) >= len(p.parts) {
		return false
	}
	for i, part := range o.Path {
		if !match(p.parts[i], part) {
			return false
		}
	}
	return true
}

// Apply returns the snapshot with what the filter leaves. What an object needs that is left out is not among its Needs any more.
func (f Filter) Apply(s *Snapshot) *Snapshot {
	if len(f.include) == 0 && len(f.exclude) == 0 {
		return s
	}
	out := s.Empty()
	for k, o := range s.Objects {
		if f.takes(s, o) {
			out.Objects[k] = o
		}
	}
	for k, o := range out.Objects {
		known := func(keys []string) []string {
			return slices.DeleteFunc(slices.Clone(keys), func(n string) bool { return out.Objects[n] == nil })
		}
		c := *o
		c.Needs, c.After = known(o.Needs), known(o.After)
		out.Objects[k] = &c
	}
	return out
}

func (f Filter) takes(s *Snapshot, o *Object) bool {
	in := len(f.include) == 0
	for x := o; x != nil; x = s.Objects[x.Parent] {
		if slices.ContainsFunc(f.exclude, func(p pattern) bool { return p.matches(x) }) {
			return false
		}
		in = in || slices.ContainsFunc(f.include, func(p pattern) bool { return p.matches(x) })
		if x.Parent == "" {
			break
		}
	}
	return in || slices.ContainsFunc(f.include, func(p pattern) bool { return p.leadsTo(o) && (p.kind == "" || o.Kind == "schema") })
}
