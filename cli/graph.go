package cli

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"revise/chain"
	"revise/config"
	"revise/graph"
	"revise/parser"
	"revise/runner"
)

type graphFlags struct {
	rangeFlags
	Format string `enum:"text,mermaid,dot,svg,html" default:"text" placeholder:"FORMAT" help:"text, mermaid, dot, svg or html. (default: text)"`
	Output string `short:"o" placeholder:"FILE" help:"Write it there; the ending .svg, .html, .mmd or .dot says the format too."`
}

type graphCmd struct{ graphFlags }

func (c *graphCmd) Run(p *program) error {
	if chain.NeedsApplied(c.Range) {
		return p.onLedger(func(s *session, state *runner.State) error { return c.draw(p, s.chain, state, nil) })
	}
	_, links, err := p.files()
	if err != nil {
		return err
	}
	return c.draw(p, links, nil, nil)
}

type runGraphCmd struct{ graphFlags }

// Run marks what is applied.
func (c *runGraphCmd) Run(p *program) error {
	return p.onLedger(func(s *session, state *runner.State) error {
		marks := &graph.Marks{Applied: state.Applied(), Current: map[string]bool{}}
		for _, r := range s.chain.Current(marks.Applied) {
			marks.Current[r.ID.Name] = true
		}
		return c.draw(p, s.chain, state, marks)
	})
}

func (c *graphFlags) draw(p *program, links *chain.Chain, state *runner.State, marks *graph.Marks) error {
	span := unmarked(c.Range)
	if span == "" {
		span = ":"
	}
	applied := chain.Set{}
	if state != nil {
		applied = state.Applied()
	}
	revs, err := links.Range(applied, span)
	if err != nil {
		return err
	}
	format := c.Format
	if f, ok := map[string]string{".svg": "svg", ".html": "html", ".mmd": "mermaid", ".dot": "dot"}[filepath.Ext(c.Output)]; ok && format == "text" {
		format = f
	}
	write := func(w io.Writer) error {
		d := graph.New(links, revs)
		switch format {
		case "mermaid":
			return d.Mermaid(w, links, marks)
		case "dot":
			return d.Dot(w, links, marks)
		case "svg":
			return d.SVG(w, links, marks)
		case "html":
			return d.HTML(w, links, marks, fmt.Sprintf("%s in %s", plural(len(revs), "revision"), filepath.Base(absolute(p))))
		}
		return p.textGraph(w, d, links, marks)
	}
	if c.Output == "" || c.Output == "-" {
		return p.toOutput(func(w *bufio.Writer) error { return write(w) })
	}
	f, err := os.Create(c.Output)
	if err != nil {
		return usagef("", "write the graph: %v", err)
	}
	err = write(f)
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return usagef("", "write the graph: %v", err)
	}
	if p.flags.JSON {
		p.json(struct {
			File string `json:"file"`
		}{shownPath(c.Output)})
		return nil
	}
	p.print("%s\n", shownPath(c.Output))
	return nil
}

// absolute is the folder of the configuration, or the working directory.
func absolute(p *program) string {
	cfg, err := p.load()
	if err != nil {
		cfg = &config.Config{}
	}
	dir := filepath.Dir(cfg.Path)
	if cfg.Path == "" {
		dir = "."
	}
	if abs, err := filepath.Abs(dir); err == nil {
		return abs
	}
	return dir
}

// graphLanes is how many lanes a drawing of text has at most.
const graphLanes = 30

// textGraph writes the chain with its lines to the left.
func (p *program) textGraph(w io.Writer, d *graph.Drawing, links *chain.Chain, marks *graph.Marks) error {
	rows := d.Text(p.graphStyle(), graphLanes)
	for i, row := range d.Rows {
		item := showRevision(row.Revision, row.Revision.File, links)
		mark := ""
		if marks != nil {
			item.Current = marks.Current[row.Revision.ID.Name]
			mark = p.style.open("pending ")
			if marks.Applied[row.Revision.ID.Name] {
				mark = p.style.good("applied ")
			}
		}
		beside(w, rows[i].Before)
		fmt.Fprintf(w, "%s %s%s  %s\n", strings.TrimRight(rows[i].Beside, " "), mark, item.Revision+labelled(item)+tags(item), clean(item.Message))
		beside(w, rows[i].After)
	}
	return nil
}

func beside(w io.Writer, lines []string) {
	for _, l := range lines {
		fmt.Fprintln(w, strings.TrimRight(l, " "))
	}
}

// graphStyle draws with boxes where the terminal shows them.
func (p *program) graphStyle() graph.Style {
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if v := p.env[name]; v != "" {
			if strings.Contains(strings.ToUpper(strings.ReplaceAll(v, "-", "")), "UTF8") {
				return graph.Unicode()
			}
			break
		}
	}
	return graph.ASCII()
}

// drawn is the text drawing beside a list of revisions: where it was asked for, or on a terminal, if lines part.
func (p *program) drawn(asked *bool, links *chain.Chain, revs []*parser.Revision) []graph.TextRow {
	if asked != nil && !*asked || asked == nil && !isTerminal(p.out) {
		return nil
	}
	d := graph.New(links, revs)
	if asked == nil && d.Lanes < 2 {
		return nil
	}
	return d.Text(p.graphStyle(), graphLanes)
}
