package graph

import (
	"bufio"
	"encoding/xml"
	"fmt"
	"io"
	"strings"

	"revise/chain"
)

// Sizes of the picture, in pixels.
const (
	rowHeight = 34
	laneWidth = 20  // as far as there is room
	lanesRoom = 320 // for all lanes, or half of laneWidth each
	margin    = 18
	radius    = 6
	charWidth = 8 // of the font, about
	textLimit = 90
)

// style is for light and dark pages. Lanes take eight colours in turn.
const style = `
  .graph { --text: #1f2328; --faint: #59636e; --back: #ffffff; --pill: #eff1f3; --applied: #1a7f37; --pending: #9a6700; }
  @media (prefers-color-scheme: dark) { .graph { --text: #f0f6fc; --faint: #9198a1; --back: #0d1117; --pill: #212830; --applied: #3fb950; --pending: #d29922; } }
  .graph text { font: 14px system-ui, sans-serif; fill: var(--text); }
  .graph .id { font: 600 13px ui-monospace, monospace; }
  .graph .notes { font-size: 12px; fill: var(--faint); }
  .graph .applied { fill: var(--applied); } .graph .pending { fill: var(--pending); }
  .graph .current { fill: var(--applied); font-weight: 700; }
  .graph path { fill: none; stroke-width: 2; } .graph .needs { stroke: var(--faint); stroke-width: 1.5; stroke-dasharray: 4 4; }
  .graph circle { stroke: var(--back); stroke-width: 2; }
  .graph .open { fill: var(--back); stroke-width: 2.5; }
  .graph .row:hover { fill: var(--pill); } .graph .row { fill: transparent; }
  .c0 { --c: #0969da } .c1 { --c: #bf3989 } .c2 { --c: #1a7f37 } .c3 { --c: #bc4c00 } .c4 { --c: #8250df } .c5 { --c: #0f7b8a } .c6 { --c: #9a6700 } .c7 { --c: #cf222e }
  @media (prefers-color-scheme: dark) { .c0 { --c: #4493f8 } .c1 { --c: #db61a2 } .c2 { --c: #3fb950 } .c3 { --c: #f0883e } .c4 { --c: #ab7df8 } .c5 { --c: #39c5cf } .c6 { --c: #d29922 } .c7 { --c: #f85149 } }
  .graph path.line { stroke: var(--c); } .graph circle { fill: var(--c); } .graph circle.open { stroke: var(--c); fill: var(--back); }
`

// SVG writes the drawing as a picture that needs nothing else. Revisions that are not applied are open circles, if a database was asked; dependencies are
// dashed. Pointing at a revision shows its file.
func (d *Drawing) SVG(w io.Writer, links *chain.Chain, m *Marks) error {
	b := bufio.NewWriter(w)
	longest := 0
	for i, row := range d.Rows {
		longest = max(longest, len([]rune(row.Revision.ID.Name))+len([]rune(shortened(row.Revision.Message)))+len([]rune(strings.Join(d.notes(i, m), " · ")))+6)
	}
	textAt := d.x(d.Lanes) + 6
	width, height := textAt+longest*charWidth+margin, len(d.Rows)*rowHeight+2*margin
	fmt.Fprintf(b, "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"graph\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %[1]d %[2]d\" role=\"img\" aria-label=\"the chain of revisions\">\n<style>%s</style>\n",
		width, height, style)
	fmt.Fprintf(b, "<rect width=\"%d\" height=\"%d\" fill=\"var(--back)\"/>\n", width, height)
	at := map[string]int{}
	for i, row := range d.Rows {
		at[row.Revision.ID.Name] = i
		fmt.Fprintf(b, "<rect class=\"row\" x=\"0\" y=\"%d\" width=\"%d\" height=\"%d\"/>\n", y(i)-rowHeight/2, width, rowHeight)
	}
	d.edges(links, func(from, to string, dashed bool) {
		if dashed {
			i, k := at[from], at[to]
			fmt.Fprintf(b, "<path class=\"needs\" d=\"M%d %d C%d %d %d %d %d %d\"/>\n", d.x(d.Rows[i].Lane), y(i), d.x(d.Lanes), y(i), d.x(d.Lanes), y(k), d.x(d.Rows[k].Lane), y(k))
		}
	})
	for i, row := range d.Rows {
		for _, l := range row.Lines {
			fmt.Fprintf(b, "<path class=\"line c%d\" d=\"M%d %d", l.Lane%8, d.x(row.Lane), y(i))
			x1, x2, x3 := d.x(row.Lane), d.x(l.Lane), d.x(l.InLane)
			top, bottom := y(i+1), y(l.To-1)
			switch {
			case x1 != x2 && l.To == i+1: // no room for both bends
				fmt.Fprintf(b, " C%d %d %d %d %d %d", x1, y(i)+rowHeight/2, x3, y(i)+rowHeight/2, x3, y(l.To))
			default:
				if x1 != x2 {
					fmt.Fprintf(b, " C%d %d %d %d %d %d", x1, y(i)+rowHeight/2, x2, y(i)+rowHeight/2, x2, top)
				}
				if x2 != x3 {
					fmt.Fprintf(b, " L%d %d C%d %d %d %d %d %d", x2, bottom, x2, y(l.To)-rowHeight/2, x3, y(l.To)-rowHeight/2, x3, y(l.To))
				} else {
					fmt.Fprintf(b, " L%d %d", x3, y(l.To))
				}
			}
			fmt.Fprint(b, "\"/>\n")
		}
	}
	for i, row := range d.Rows {
		r := row.Revision
		state := m.state(r.ID.Name)
		class := fmt.Sprintf("c%d", row.Lane%8)
		if state == "pending" {
			class += " open"
		}
		title := r.ID.Name + "\n" + r.File
		if r.Created != "" {
			title += "\n" + r.Created
		}
		if r.Message != "" {
			title += "\n" + r.Message
		}
		fmt.Fprintf(b, "<g><title>%s</title><circle class=\"%s\" cx=\"%d\" cy=\"%d\" r=\"%d\"/>", escaped(title), class, d.x(row.Lane), y(i), radius)
		fmt.Fprintf(b, "<text x=\"%d\" y=\"%d\"><tspan class=\"id\">%s</tspan>", textAt, y(i)+5, escaped(r.ID.Name))
		if r.Message != "" {
			fmt.Fprintf(b, "<tspan dx=\"10\">%s</tspan>", escaped(shortened(r.Message)))
		}
		for _, note := range d.notes(i, m) {
			class := "notes"
			if note == state {
				class += " " + state
			}
			fmt.Fprintf(b, "<tspan class=\"%s\" dx=\"10\">%s</tspan>", class, escaped(note))
		}
		fmt.Fprint(b, "</text></g>\n")
	}
	fmt.Fprint(b, "</svg>\n")
	return b.Flush()
}

// HTML writes a page with the picture in it, and what its signs mean where it has them.
func (d *Drawing) HTML(w io.Writer, links *chain.Chain, m *Marks, title string) error {
	_, err := fmt.Fprintf(w, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"+
		"<meta name=\"color-scheme\" content=\"light dark\"/>\n<title>%s</title>\n<style>\nbody { margin: 0; font: 15px system-ui, sans-serif; background: #ffffff; color: #1f2328; }\n"+
		"@media (prefers-color-scheme: dark) { body { background: #0d1117; color: #f0f6fc; } }\nheader { padding: 14px 18px 0; } small { opacity: .7; margin-left: 10px; } main { overflow-x: auto; }\n</style>\n</head>\n<body>\n<header>%s%s</header>\n<main>\n",
		escaped(title), escaped(title), d.legend(links, m))
	if err != nil {
		return err
	}
	if err := d.SVG(w, links, m); err != nil {
		return err
	}
	_, err = io.WriteString(w, "</main>\n</body>\n</html>\n")
	return err
}

// legend says what the signs mean that are not told beside each revision.
func (d *Drawing) legend(links *chain.Chain, m *Marks) string {
	text := ""
	if m != nil {
		text += "<small>● applied</small><small>○ pending</small>"
	}
	dependencies := false
	d.edges(links, func(_, _ string, dashed bool) { dependencies = dependencies || dashed })
	if dependencies {
		text += "<small>┄ depends on</small>"
	}
	return text
}

// x is where a lane is. Many lie closer together, for the text stands behind all of them.
func (d *Drawing) x(lane int) int {
	return margin + lane*max(laneWidth/2, min(laneWidth, lanesRoom/max(1, d.Lanes)))
}

func y(row int) int { return margin + row*rowHeight + rowHeight/2 }

func shortened(s string) string {
	if r := []rune(printable(s)); len(r) > textLimit {
		return string(r[:textLimit-1]) + "…"
	}
	return printable(s)
}

// escaped is a text as XML has it.
func escaped(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(strings.Map(func(r rune) rune {
		if r == '\n' {
			return r
		}
		return []rune(printable(string(r)))[0]
	}, s)))
	return b.String()
}
