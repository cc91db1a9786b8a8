package graph

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"unicode"

	"revise/chain"
)

// Marks are what a database tells of revisions; nil if none was asked.
type Marks struct {
	Applied chain.Set
	Current map[string]bool
}

// state is a word for what a revision is, "" if no database was asked.
func (m *Marks) state(id string) string {
	switch {
	case m == nil:
		return ""
	case m.Current[id]:
		return "current"
	case m.Applied[id]:
		return "applied"
	}
	return "pending"
}

// notes are the words that stand behind a revision: labels, what it is, where the database stands.
func (d *Drawing) notes(i int, m *Marks) []string {
	row := d.Rows[i]
	var list []string
	for _, l := range row.Revision.Labels {
		list = append(list, l.Name)
	}
	switch {
	case row.Effective:
		list = append(list, "effective head")
	case row.Head:
		list = append(list, "head")
	}
	if row.Base {
		list = append(list, "base")
	}
	if s := m.state(row.Revision.ID.Name); s != "" {
		list = append(list, s)
	}
	return list
}

// Dot writes the drawing in the language of Graphviz. What is revised is drawn below, dependencies are dashed.
func (d *Drawing) Dot(w io.Writer, links *chain.Chain, m *Marks) error {
	b := bufio.NewWriter(w)
	escape := func(s string) string {
		return strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(printable(s))
	}
	quote := func(lines ...string) string {
		var list []string
		for _, line := range lines {
			if line != "" {
				list = append(list, escape(line))
			}
		}
		return `"` + strings.Join(list, `\n`) + `"` // which Graphviz reads as the end of a line
	}
	fmt.Fprint(b, "digraph chain {\n  rankdir=BT\n  node [shape=box, fontname=\"sans-serif\"]\n")
	for i, row := range d.Rows {
		id := row.Revision.ID.Name
		style := map[string]string{"applied": ", style=filled, fillcolor=\"#d5e8d4\"", "current": ", style=filled, fillcolor=\"#97d077\""}[m.state(id)]
		fmt.Fprintf(b, "  %s [label=%s%s]\n", quote(id), quote(id, row.Revision.Message, strings.Join(d.notes(i, m), ", ")), style)
	}
	d.edges(links, func(from, to string, dashed bool) {
		style := ""
		if dashed {
			style = " [style=dashed]"
		}
		fmt.Fprintf(b, "  %s -> %s%s\n", quote(from), quote(to), style)
	})
	fmt.Fprint(b, "}\n")
	return b.Flush()
}

// Mermaid writes the drawing in the language of Mermaid, as web pages and forges show it.
func (d *Drawing) Mermaid(w io.Writer, links *chain.Chain, m *Marks) error {
	b := bufio.NewWriter(w)
	fmt.Fprint(b, "flowchart BT\n")
	number := map[string]int{}
	for i, row := range d.Rows {
		id := row.Revision.ID.Name
		number[id] = i
		lines := []string{entities(id)}
		for _, line := range []string{row.Revision.Message, strings.Join(d.notes(i, m), ", ")} {
			if line != "" {
				lines = append(lines, entities(line))
			}
		}
		class := ""
		if s := m.state(id); s != "" {
			class = ":::" + s
		}
		fmt.Fprintf(b, "  r%d[\"%s\"]%s\n", i, strings.Join(lines, "<br>"), class)
	}
	d.edges(links, func(from, to string, dashed bool) {
		arrow := "-->"
		if dashed {
			arrow = "-.->"
		}
		fmt.Fprintf(b, "  r%d %s r%d\n", number[from], arrow, number[to])
	})
	if m != nil {
		fmt.Fprint(b, "  classDef applied fill:#d5e8d4,color:#000\n  classDef current fill:#97d077,color:#000\n")
	}
	return b.Flush()
}

// entities writes all but letters, digits and a few harmless signs as Mermaid's numbered characters: no text can end a label, or be taken for a tag.
func entities(s string) string {
	var b strings.Builder
	for _, r := range printable(s) {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) || strings.ContainsRune(" .,_-", r) {
			b.WriteRune(r)
		} else {
			fmt.Fprintf(&b, "#%d;", r)
		}
	}
	return b.String()
}

// printable leaves out what no picture can show, and what would turn the text around.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 || r == unicode.ReplacementChar {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, " "))
}

// edges hands over every link between two revisions of the drawing.
func (d *Drawing) edges(links *chain.Chain, f func(from, to string, dashed bool)) {
	in := map[string]bool{}
	for _, row := range d.Rows {
		in[row.Revision.ID.Name] = true
	}
	for _, row := range d.Rows {
		id := row.Revision.ID.Name
		for _, p := range links.Parents(id) {
			if in[p.ID.Name] {
				f(id, p.ID.Name, false)
			}
		}
		for _, p := range links.Dependencies(id) {
			if in[p.ID.Name] {
				f(id, p.ID.Name, true)
			}
		}
	}
}
