package schema

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
)

// Lines tells of changes in lines for people: what came with +, what is gone with -, what is another with ~, parts below what they belong to.
func Lines(from, to *Snapshot, list []Change) []string {
	groups := map[string][]Change{}
	var order []string
	for _, c := range list {
		root := c.root(from, to)
		if groups[root] == nil {
			order = append(order, root)
		}
		groups[root] = append(groups[root], c)
	}
	slices.Sort(order)
	var out []string
	for _, root := range order {
		group := groups[root]
		at := slices.IndexFunc(group, func(c Change) bool { return c.Key == root })
		switch {
		case at < 0:
			out = append(out, "~ "+root)
		default:
			out = append(out, group[at].lines("")...)
			group = slices.Delete(slices.Clone(group), at, at+1)
		}
		slices.SortStableFunc(group, func(a, b Change) int { return a.place() - b.place() })
		for _, c := range group {
			out = append(out, c.lines("  ")...)
		}
	}
	return out
}

// root is the key of the outermost object that a changed one is a part of.
func (c Change) root(from, to *Snapshot) string {
	o, s := c.To, to
	if o == nil {
		o, s = c.From, from
	}
	for range len(s.Objects) {
		up := s.Objects[o.Parent]
		if up == nil {
			break
		}
		o = up
	}
	return o.Key()
}

func (c Change) place() int {
	o := c.To
	if o == nil {
		o = c.From
	}
	if o.Place == 0 {
		return 1 << 20 // behind the columns
	}
	return o.Place
}

// lines are one change, indented.
func (c Change) lines(indent string) []string {
	o, mark := c.To, "+"
	switch {
	case o == nil:
		o, mark = c.From, "-"
	case c.From != nil:
		mark = "~"
	}
	name := o.Key()
	if indent != "" {
		name = o.Kind + " " + o.Base()
	}
	head := mark + " " + indent + name
	if mark == "~" {
		if a, b := body(c.From), body(c.To); !strings.Contains(a+b, "\n") && len(a)+len(b) < 120 {
			if a == b {
				return []string{head + ": belongs to another object"}
			}
			return []string{head + ": " + a + " → " + b}
		}
		out := []string{head}
		for _, l := range unlike(c.From.Def, c.To.Def) {
			out = append(out, l[:1]+" "+indent+"    "+l[1:])
		}
		return out
	}
	if o.Def == "" || o.Def == o.Kind || strings.Contains(o.Def, "\n") || len(o.Def) > 160 {
		return []string{head}
	}
	return []string{head + ": " + body(o)}
}

// unlike gives the lines that only one of two texts has, with - and + before them, in their order.
func unlike(a, b string) []string {
	x, y := strings.Split(a, "\n"), strings.Split(b, "\n")
	for len(x) > 0 && len(y) > 0 && x[0] == y[0] {
		x, y = x[1:], y[1:]
	}
	for len(x) > 0 && len(y) > 0 && x[len(x)-1] == y[len(y)-1] {
		x, y = x[:len(x)-1], y[:len(y)-1]
	}
	var out []string
	for _, l := range x {
		out = append(out, "-"+l)
	}
	for _, l := range y {
		out = append(out, "+"+l)
	}
	return out
}

// Encode writes a snapshot as printable text, packed.
func Encode(s *Snapshot) (string, error) {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if err := json.NewEncoder(z).Encode(s); err != nil {
		return "", err
	}
	if err := z.Close(); err != nil {
		return "", err
	}
	return base64.StdEncoding.EncodeToString(b.Bytes()), nil
}

// Decode reads what Encode has written.
func Decode(text string) (*Snapshot, error) {
	packed, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return nil, fmt.Errorf("read a snapshot: %w", err)
	}
	z, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, fmt.Errorf("read a snapshot: %w", err)
	}
	data, err := io.ReadAll(z)
	if err != nil {
		return nil, fmt.Errorf("read a snapshot: %w", err)
	}
	s := &Snapshot{}
	if err := json.Unmarshal(data, s); err != nil {
		return nil, fmt.Errorf("read a snapshot: %w", err)
	}
	return s, nil
}
