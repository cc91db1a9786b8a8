package cli

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"revise/autogen"
	"revise/drivers"
	"revise/parser"
	"revise/runner"
	"revise/schema"
)

// A verifying is what verify tells while it works, and what it has told.
type verifying struct {
	p  *program
	of int // revisions

	mu      sync.Mutex
	at      *parser.Revision // that was begun last
	through int              // revisions

	edges, irreversible int
	left, broken, other int // revisions that leave something behind, break a policy, do not hold for another reason
}

// failed are the revisions that do not hold.
func (v *verifying) failed() int { return v.left + v.broken + v.other }

// begun notes which revision is at work.
func (v *verifying) begun(rev *parser.Revision, through int) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.at, v.through = rev, through
}

// show shows, on a terminal, which revision is at work.
func (v *verifying) show() {
	v.p.live.begin(func(elapsed time.Duration) string {
		v.mu.Lock()
		defer v.mu.Unlock()
		if v.at == nil {
			return fmt.Sprintf("[0/%d] %s", v.of, took(elapsed))
		}
		return fmt.Sprintf("[%d/%d] %s  %s", v.through+1, v.of, took(elapsed), clean(title(v.at)))
	})
}

// proven tells what was found out about a revision.
func (v *verifying) proven(proof *autogen.Proof) {
	v.count(proof)
	p := v.p
	if p.flags.JSON {
		p.json(showProof(proof))
		return
	}
	var b strings.Builder
	if !p.flags.Quiet {
		v.notes(&b, proof)
	}
	told := ""
	for i, f := range proof.Faults {
		v.fault(&b, proof.Revision, f)
		hint, more := f.Hint(), i+1 < len(proof.Faults) && proof.Faults[i+1].Policy == f.Policy
		if hint != told && !more { // once for each policy
			fmt.Fprintln(&b, hint)
			told = hint
		}
	}
	if b.Len() > 0 {
		p.print("%s", b.String())
	}
}

func (v *verifying) count(proof *autogen.Proof) {
	switch {
	case !proof.Holds() && proof.Faults[0].Kind == autogen.LeftBehind:
		v.left++
	case !proof.Holds() && proof.Faults[0].Kind == autogen.Forbidden:
		v.broken++
	case !proof.Holds():
		v.other++
	}
	switch {
	case proof.Irreversible:
		v.irreversible++
	case proof.Holds() || proof.Faults[0].Kind == autogen.Forbidden:
		v.edges += proof.Edges
	}
}

// notes are what is worth knowing of a revision, whether it holds or not.
func (v *verifying) notes(b *strings.Builder, proof *autogen.Proof) {
	rev := proof.Revision
	if v.p.flags.Verbose {
		fmt.Fprintf(b, "verify  %s  %s%s\n", pad(rev.ID.Name, 12), clean(rev.Message), v.p.style.faint("  ("+took(proof.Duration)+")"))
	}
	if proof.Irreversible {
		fmt.Fprintf(b, "%s: irreversible: there is no downgrade\n", rev.File)
	}
	for _, e := range proof.Effects {
		fmt.Fprintf(b, "%s: %s\n", e.Pos, clean(effectText(e)))
	}
	for _, l := range proof.Losses {
		at := rev.File
		if l.Pos.IsValid() {
			at = l.Pos.String()
		}
		fmt.Fprintf(b, "%s: loses %s\n", at, clean(l.What))
	}
	for _, e := range proof.DownEffects {
		fmt.Fprintf(b, "%s: downgrade: %s\n", e.Pos, clean(effectText(e)))
	}
	for _, r := range proof.Remarks {
		fmt.Fprintf(b, "%s: remark: %s\n", rev.File, clean(r))
	}
}

// effectText is what a statement did to tables, in one line.
func effectText(e autogen.Effect) string {
	var parts []string
	for _, l := range e.Locks {
		parts = append(parts, autogen.LockText(l))
	}
	about := func(what string, tables []string) {
		for _, t := range tables {
			if len(e.Locks) != 1 || e.Locks[0].Table != t {
				t = " " + t
			} else {
				t = ""
			}
			parts = append(parts, what+t)
		}
	}
	about("rewrites the table", e.Rewrites)
	about("reads the whole table", e.Scans)
	if e.How != "" {
		parts = append(parts, e.How)
	}
	return strings.Join(parts, ", ")
}

// fault tells why a revision does not hold.
func (v *verifying) fault(b *strings.Builder, rev *parser.Revision, f autogen.Fault) {
	at := rev.File
	if f.Pos.IsValid() {
		at = f.Pos.String()
	}
	text := f.String()
	var stmt *runner.StatementError
	if errors.As(f.Err, &stmt) {
		text += ": " + firstLine(stmt)
	}
	if f.Kind == autogen.Unreachable {
		text, stmt = f.String()+": "+stmt.Error(), nil // it is told in full elsewhere
	}
	fmt.Fprintln(b, paint(v.p.style.out, "31", fmt.Sprintf("%s: %s: %s", at, clean(title(rev)), clean(text))))
	if stmt != nil {
		plain := v.p.style
		v.p.style.err = v.p.style.out // it goes there
		v.p.layoutRefused(b, stmt)
		v.p.style = plain
		fmt.Fprintln(b, place(stmt))
	}
	for _, l := range v.differences(f) {
		fmt.Fprintf(b, "  %s\n", clean(l))
	}
}

// differences are the lines of what is not as it should be, the first of many.
func (v *verifying) differences(f autogen.Fault) []string {
	if f.Should == nil {
		return nil
	}
	const most = 40
	list := append(schema.Lines(f.Should, f.Is, f.Changes), orderLines(f.Reordered)...)
	if len(list) > most && !v.p.flags.Verbose {
		list = append(list[:most:most], fmt.Sprintf("… and %s more; -v shows all", plural(len(list)-most, "line")))
	}
	return list
}

// summary is the last line, and whether all holds.
func (v *verifying) summary(elapsed time.Duration) error {
	p := v.p
	switch {
	case p.flags.JSON:
		p.json(struct {
			Event        string `json:"event"`
			Revisions    int    `json:"revisions"`
			Edges        int    `json:"edges_proven"`
			Irreversible int    `json:"irreversible"`
			Failed       int    `json:"failed"`
			DurationMS   int64  `json:"duration_ms"`
		}{"finished", v.of, v.edges, v.irreversible, v.failed(), elapsed.Milliseconds()})
	case !p.flags.Quiet:
		line := fmt.Sprintf("%s, %s proven in %s", plural(v.of, "revision"), plural(v.edges, "edge"), took(elapsed))
		for _, part := range []struct {
			n         int
			one, many string
		}{
			{v.irreversible, "irreversible", "irreversible"},
			{v.left, "leaves something behind", "leave something behind"},
			{v.broken, "breaks a policy", "break a policy"},
			{v.other, "does not hold", "do not hold"},
		} {
			switch part.n {
			case 0:
			case 1:
				line += "; 1 " + part.one
			default:
				line += fmt.Sprintf("; %d %s", part.n, part.many)
			}
		}
		p.print("%s\n", line)
	}
	if v.failed() > 0 {
		return &verifyError{v.failed(), v.of}
	}
	return nil
}

// A verifyError says that not all holds. What does not was told.
type verifyError struct{ failed, of int }

func (e *verifyError) Error() string {
	switch {
	case e.of == 1:
		return "the revision does not hold"
	case e.failed == 1:
		return fmt.Sprintf("1 of %d revisions does not hold", e.of)
	}
	return fmt.Sprintf("%d of %d revisions do not hold", e.failed, e.of)
}

// jsonProof is a proof as --json gives it.
type jsonProof struct {
	Event        string       `json:"event"`
	Revision     string       `json:"revision"`
	Message      string       `json:"message"`
	File         string       `json:"file"`
	Holds        bool         `json:"holds"`
	Edges        int          `json:"edges"`
	Irreversible bool         `json:"irreversible"`
	Faults       []jsonFault  `json:"faults"`
	Effects      []jsonEffect `json:"effects"`
	DownEffects  []jsonEffect `json:"downgrade_effects,omitempty"`
	Losses       []jsonLoss   `json:"losses"`
	Remarks      []string     `json:"remarks"`
	DurationMS   int64        `json:"duration_ms"`
}

type jsonFault struct {
	Kind      string       `json:"kind"`
	Message   string       `json:"message"`
	Hint      string       `json:"hint,omitempty"`
	File      string       `json:"file,omitempty"`
	Line      int          `json:"line,omitempty"`
	Col       int          `json:"col,omitempty"`
	Policy    string       `json:"policy,omitempty"`
	Sides     [][]string   `json:"sides,omitempty"`
	Changes   []jsonChange `json:"changes,omitempty"`
	Reordered []string     `json:"reordered,omitempty"`
	Error     string       `json:"error,omitempty"` // of a statement
	Code      string       `json:"code,omitempty"`
}

type jsonEffect struct {
	Statement int        `json:"statement"` // from 1
	Line      int        `json:"line"`
	Col       int        `json:"col"`
	Locks     []jsonLock `json:"locks"`
	Rewrites  []string   `json:"rewrites,omitempty"`
	Scans     []string   `json:"scans,omitempty"`
	How       string     `json:"how,omitempty"`
}

type jsonLock struct {
	Table  string `json:"table"`
	Mode   string `json:"mode"`
	Blocks string `json:"blocks"`
}

type jsonLoss struct {
	Loses string `json:"loses"`
	Line  int    `json:"line,omitempty"`
	Col   int    `json:"col,omitempty"`
}

func showProof(proof *autogen.Proof) jsonProof {
	rev := proof.Revision
	out := jsonProof{
		Event: "verified", Revision: rev.ID.Name, Message: rev.Message, File: rev.File, Holds: proof.Holds(), Edges: proof.Edges, Irreversible: proof.Irreversible,
		Faults: []jsonFault{}, Effects: showEffects(proof.Effects), DownEffects: showEffects(proof.DownEffects), Losses: []jsonLoss{}, Remarks: []string{},
		DurationMS: proof.Duration.Milliseconds(),
	}
	for _, f := range proof.Faults {
		out.Faults = append(out.Faults, showFault(f))
	}
	for _, l := range proof.Losses {
		out.Losses = append(out.Losses, jsonLoss{l.What, l.Pos.Line, l.Pos.Col})
	}
	out.Remarks = append(out.Remarks, proof.Remarks...)
	return out
}

func showFault(f autogen.Fault) jsonFault {
	j := jsonFault{Kind: string(f.Kind), Message: f.String(), Hint: f.Hint(), File: f.Pos.File, Line: f.Pos.Line, Col: f.Pos.Col, Policy: f.Policy}
	if f.Side != nil {
		j.Sides = [][]string{names(f.Side), names(f.Other)}
	}
	if len(f.Changes) > 0 {
		j.Changes = jsonChanges(f.Changes)
	}
	j.Reordered = keys(f.Reordered)
	var stmt *runner.StatementError
	if errors.As(f.Err, &stmt) {
		j.Error = firstLine(stmt)
		var server *drivers.Error
		if errors.As(stmt.Err, &server) {
			j.Code, j.Error = server.Code, server.Message
		}
	}
	return j
}

func showEffects(list []autogen.Effect) []jsonEffect {
	out := []jsonEffect{}
	for _, e := range list {
		j := jsonEffect{Statement: e.Index + 1, Line: e.Pos.Line, Col: e.Pos.Col, Locks: []jsonLock{}, Rewrites: e.Rewrites, Scans: e.Scans, How: e.How}
		for _, l := range e.Locks {
			j.Locks = append(j.Locks, jsonLock(l))
		}
		out = append(out, j)
	}
	return out
}
