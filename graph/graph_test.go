package graph_test

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"revise/chain"
	"revise/graph"
	"revise/parser"
)

// link makes a chain of "a; b:a; m:b,c>x#label".
func link(t testing.TB, line string) *chain.Chain {
	t.Helper()
	var revs []*parser.Revision
	for word := range strings.SplitSeq(line, ";") {
		word, labels, _ := strings.Cut(strings.TrimSpace(word), "#")
		word, depends, _ := strings.Cut(word, ">")
		id, revises, _ := strings.Cut(word, ":")
		refs := func(names string) (list []parser.Ref) {
			for name := range strings.SplitSeq(names, ",") {
				if name != "" {
					list = append(list, parser.Ref{Name: name})
				}
			}
			return list
		}
		revs = append(revs, &parser.Revision{
			ID: parser.Ref{Name: id}, Revises: refs(revises), DependsOn: refs(depends), Labels: refs(labels), File: "versions/" + id + ".sql", Message: "do " + id,
		})
	}
	links, err := chain.New(revs)
	if err != nil {
		t.Fatal(err)
	}
	return links
}

func draw(t testing.TB, links *chain.Chain) *graph.Drawing {
	t.Helper()
	revs, err := links.Range(nil, ":")
	if err != nil {
		t.Fatal(err)
	}
	return graph.New(links, revs)
}

func text(d *graph.Drawing, style graph.Style, most int) string {
	var b strings.Builder
	for i, row := range d.Text(style, most) {
		for _, l := range row.Before {
			b.WriteString(strings.TrimRight(l, " ") + "\n")
		}
		b.WriteString(row.Beside + d.Rows[i].Revision.ID.Name + "\n")
		for _, l := range row.After {
			b.WriteString(strings.TrimRight(l, " ") + "\n")
		}
	}
	return b.String()
}

func TestText(t *testing.T) {
	for _, c := range []struct{ line, want string }{
		{"a; b:a; c:b", `
* c
* b
* a
`},
		{"a; b:a; c:a; d:b,c; e:d", `
*   e
*   d
+-.
| * c
* | b
+-'
*   a
`},
		{"a; b:a; c:a; d:a", `
*     d
| *   c
| | * b
+-'-'
*     a
`},
		{"a; b; c; d:a,b,c", `
*     d
+-.-.
| | * c
| *   b
*     a
`},
		{"a; b:a; c:a; d:b,c; e:b,c; f:d,e", `
*     f
+-.
| *   e
| +-.
* | | d
+-|-+
| | * c
+-' |
*   | b
+---'
*     a
`},
	} {
		if got := "\n" + text(draw(t, link(t, c.line)), graph.ASCII(), 40); got != c.want {
			t.Errorf("%s:%s", c.line, got)
		}
	}
	// What is too far to the right is hinted at.
	const narrow = `
●     e
│ ●   d
│ │ … c
│ │ … b
├─┴─…
●     a
`
	if got := "\n" + text(draw(t, link(t, "a; b:a; c:a; d:a; e:a")), graph.Unicode(), 2); got != narrow {
		t.Errorf("got%s", got)
	}
}

// random makes a chain of up to n revisions.
func random(t *testing.T, rng *rand.Rand, n int) *chain.Chain {
	var words []string
	for i := range 1 + rng.IntN(n) {
		word := fmt.Sprintf("r%d", i)
		var parents []string
		for range rng.IntN(3) {
			if i > 0 {
				if p := fmt.Sprintf("r%d", max(0, i-1-rng.IntN(6))); !slices.Contains(parents, p) {
					parents = append(parents, p)
				}
			}
		}
		if len(parents) > 0 {
			word += ":" + strings.Join(parents, ",")
		}
		words = append(words, word)
	}
	return link(t, strings.Join(words, "; "))
}

// Who follows the lines of a drawing comes from every revision to those that it revises, and nowhere else.
func TestLinesLead(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	has := func(line string, lane int, chars string) bool {
		cells := []rune(line)
		return 2*lane < len(cells) && strings.ContainsRune(chars, cells[2*lane])
	}
	const sideways, on = "├┤┼┬┴╭╮╰╯─", "│├┤┼┬╭╮"
	for range 500 {
		links := random(t, rng, 25)
		d := draw(t, links)
		lanes := make([]map[string]bool, d.Lanes) // whose lines run there
		for i, row := range d.Text(graph.Unicode(), 1000) {
			id, at := d.Rows[i].Revision.ID.Name, d.Rows[i].Lane
			fail := func(format string, args ...any) {
				t.Fatalf("%s: %s\n%s", id, fmt.Sprintf(format, args...), text(d, graph.Unicode(), 1000))
			}
			for _, line := range row.Before {
				for k := range lanes {
					if k == at || len(lanes[k]) == 0 || !has(line, k, sideways) {
						continue
					}
					for from := range lanes[k] {
						if lanes[at] == nil {
							lanes[at] = map[string]bool{}
						}
						lanes[at][from] = true
					}
					if has(line, k, on) {
						fail("lane %d ends and goes on", k)
					}
					lanes[k] = nil
				}
			}
			if !has(row.Beside, at, "●") {
				fail("it is not in its lane %d", at)
			}
			var want []string
			for _, c := range links.Children(id) {
				want = append(want, c.ID.Name)
			}
			got := slices.Sorted(maps.Keys(lanes[at]))
			slices.Sort(want)
			if !slices.Equal(got, want) {
				fail("lines lead to it from %q, want %q", got, want)
			}
			lanes[at] = nil
			below := row.Below
			for _, line := range row.After {
				for k := range lanes {
					if k != at && has(line, k, sideways) && has(line, k, on) {
						if lanes[k] == nil {
							lanes[k] = map[string]bool{}
						}
						lanes[k][id] = true
					}
				}
			}
			if has(below, at, "│") {
				lanes[at] = map[string]bool{id: true}
			}
			for k := range lanes {
				if has(below, k, "│") != (len(lanes[k]) > 0) {
					fail("lane %d: a line below is %v, want %v", k, has(below, k, "│"), len(lanes[k]) > 0)
				}
			}
		}
		for k := range lanes {
			if len(lanes[k]) > 0 {
				t.Fatalf("lines of %v end nowhere\n%s", lanes[k], text(d, graph.Unicode(), 1000))
			}
		}
	}
}

// The page says what its signs mean, where it has them, and its text does not go out of sight behind many lanes.
func TestPage(t *testing.T) {
	marks := &graph.Marks{Applied: chain.Set{"a": true}, Current: map[string]bool{"a": true}}
	bases := make([]string, 60)
	for i := range bases {
		bases[i] = fmt.Sprintf("b%02d; c%02[1]d:b%02[1]d", i)
	}
	for _, test := range []struct {
		line    string
		marks   *graph.Marks
		legend  string
		largest int // of where the text may begin
	}{
		{"a; b:a; c:a", nil, "", 100},
		{"a; b:a; c:a", marks, "<small>● applied</small><small>○ pending</small>", 100},
		{"a; b:a; c:a>b", nil, "<small>┄ depends on</small>", 100},
		{strings.Join(bases, "; ") + "; z:" + strings.Join(words("c%02d", 60), ","), nil, "", 640},
	} {
		links := link(t, test.line)
		var b strings.Builder
		if err := draw(t, links).HTML(&b, links, test.marks, "chain"); err != nil {
			t.Fatal(err)
		}
		if want := "<header>chain" + test.legend + "</header>"; !strings.Contains(b.String(), want) {
			t.Errorf("%s: the page lacks %s", test.line, want)
		}
		at := 0
		for _, m := range regexp.MustCompile(`<text x="(\d+)"`).FindAllStringSubmatch(b.String(), -1) {
			n, err := strconv.Atoi(m[1])
			if err != nil {
				t.Fatal(err)
			}
			at = max(at, n)
		}
		if at == 0 || at > test.largest {
			t.Errorf("%s: the text begins at %d, want at most %d", test.line, at, test.largest)
		}
	}
}

func words(format string, n int) (list []string) {
	for i := range n {
		list = append(list, fmt.Sprintf(format, i))
	}
	return list
}

// No message can break out of what it is written into.
func TestEscaping(t *testing.T) {
	escaping(t, `<script>alert("1")</script> & 'x' \ ]] --> #quot; `+"\u202e\x00\x1b[31m\xff")
}

func FuzzEscaping(f *testing.F) {
	f.Add("plain")
	f.Add("\"];]--><tspan> #35; \\")
	f.Fuzz(func(t *testing.T, message string) { escaping(t, message) })
}

func escaping(t *testing.T, message string) {
	links := link(t, "a; b:a>a#l")
	for _, r := range links.All() {
		r.Message, r.File = message, message
	}
	d := draw(t, links)
	marks := &graph.Marks{Applied: chain.Set{"a": true}, Current: map[string]bool{"a": true}}
	for name, write := range map[string]func(w io.Writer) error{
		"svg":  func(w io.Writer) error { return d.SVG(w, links, marks) },
		"html": func(w io.Writer) error { return d.HTML(w, links, marks, message) },
	} {
		var b strings.Builder
		if err := write(&b); err != nil {
			t.Fatal(err)
		}
		dec := xml.NewDecoder(strings.NewReader(strings.TrimPrefix(b.String(), "<!DOCTYPE html>\n")))
		for {
			token, err := dec.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatalf("%s: %v\n%s", name, err, &b)
			}
			if e, ok := token.(xml.StartElement); ok && !slices.Contains(strings.Fields("html head meta title style body header small main svg rect path g circle text tspan"), e.Name.Local) {
				t.Fatalf("%s has an element %s\n%s", name, e.Name.Local, &b)
			}
		}
	}
	var b strings.Builder
	if err := d.Mermaid(&b, links, marks); err != nil {
		t.Fatal(err)
	}
	mermaid := regexp.MustCompile(`^(flowchart BT|  r\d+\["[^"\[\]<>{}|()&]*(<br>[^"\[\]<>{}|()&]*)*"\](:::\w+)?|  r\d+ (-->|-\.->) r\d+|  classDef .*)$`)
	for line := range strings.Lines(b.String()) {
		if !mermaid.MatchString(strings.TrimSuffix(line, "\n")) {
			t.Fatalf("%q is no line of Mermaid", line)
		}
	}
	b.Reset()
	if err := d.Dot(&b, links, marks); err != nil {
		t.Fatal(err)
	}
	dot := regexp.MustCompile(`^(digraph chain \{|\}|  rankdir=BT|  node \[.*\]|  "[^"]*" \[label="(?:[^"\\]|\\.)*"(, style=filled, fillcolor="#\w+")?\]|  "[^"]*" -> "[^"]*"( \[style=dashed\])?)$`)
	for line := range strings.Lines(b.String()) {
		if !dot.MatchString(strings.TrimSuffix(line, "\n")) {
			t.Fatalf("%q is no line of DOT", line)
		}
	}
}

func BenchmarkDraw(b *testing.B) {
	var words []string
	rng := rand.New(rand.NewPCG(1, 2))
	ends := []string{""}
	for i := range 10_000 { // with 200 branches
		id, at := fmt.Sprintf("r%05d", i), rng.IntN(len(ends))
		word := id
		if ends[at] != "" {
			word += ":" + ends[at]
		}
		if len(ends) < 200 && i > 0 {
			ends = append(ends, ends[at])
		}
		ends[at] = id
		words = append(words, word)
	}
	links := link(b, strings.Join(words, "; "))
	for b.Loop() {
		d := draw(b, links)
		d.Text(graph.ASCII(), 30)
		if err := d.SVG(io.Discard, links, nil); err != nil {
			b.Fatal(err)
		}
	}
}
