package cli

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"syscall"

	"revise/parser"
	"revise/runner"
)

// toOutput writes a long result to stdout. A reader that goes away (head) ends it, and is no error.
func (p *program) toOutput(f func(w *bufio.Writer) error) error {
	p.live.clear()
	w := bufio.NewWriterSize(p.out, 64<<10)
	err := f(w)
	if flushErr := w.Flush(); err == nil {
		err = flushErr
	}
	if errors.Is(err, syscall.EPIPE) {
		return nil
	}
	return err
}

// showPlan is --dry-run. The statements go out one by one: a section may be larger than memory.
func (p *program) showPlan(plan *runner.Plan) error {
	if p.flags.JSON {
		return p.toOutput(func(w *bufio.Writer) error { return p.one.around(w, func() error { return writePlanJSON(w, plan) }) })
	}
	if len(plan.Steps) == 0 {
		p.print("-- nothing to do\n")
	}
	return p.toOutput(func(w *bufio.Writer) error {
		if d := plan.Settled; d != nil {
			fmt.Fprintf(w, "-- %s\n", clean(d.String()))
		}
		if err := writeHooks(w, plan.Hooks(runner.BeforeRun)); err != nil {
			return err
		}
		for i, step := range plan.Steps {
			if i > 0 || len(plan.Hooks(runner.BeforeRun)) > 0 {
				fmt.Fprintln(w)
			}
			if err := writeStep(w, step); err != nil {
				return err
			}
		}
		behind := append(plan.Hooks(runner.AfterRun), plan.Hooks(runner.OnFailure)...)
		if len(behind) > 0 {
			fmt.Fprintln(w)
		}
		return writeHooks(w, behind)
	})
}

func writeStep(w *bufio.Writer, step *runner.Step) error {
	how := "in one transaction"
	if !step.Atomic {
		how = "without a transaction, statement by statement"
	}
	fmt.Fprintf(w, "-- %s %s\n-- %s: %s, %s\n", word(step.Direction), title(step.Revision), step.Section.Pos, plural(step.Total-step.Resume, "statement"), how)
	if step.Resume > 0 {
		fmt.Fprintf(w, "-- statements 1 to %d are done already\n", step.Resume)
	}
	if err := writeHooks(w, commandsFirst(step.Hooks(runner.BeforeRevision), true)); err != nil {
		return err
	}
	err := step.Walk(func(i int, st parser.Statement) error {
		if i < step.Resume {
			return nil
		}
		if _, err := fmt.Fprintf(w, "%s;\n%s", st.Text, st.Data); err != nil || !st.Copy {
			return err
		}
		if st.Rest != nil {
			if _, err := io.Copy(w, st.Rest); err != nil {
				return err
			}
		}
		_, err := fmt.Fprint(w, "\\.\n")
		return err
	})
	if err != nil {
		return err
	}
	err = step.WalkQueries(func(_ int, st parser.Statement) error {
		_, err := fmt.Fprintf(w, "-- must hold:\n%s;\n", st.Text)
		return err
	})
	if err != nil {
		return err
	}
	return writeHooks(w, commandsFirst(step.Hooks(runner.AfterRevision), false))
}

// writePlanJSON writes an array of jsonPlanStep, and to each the texts that it does not hold.
func writePlanJSON(w *bufio.Writer, plan *runner.Plan) error {
	w.WriteByte('[')
	for i, step := range plan.Steps {
		if i > 0 {
			w.WriteByte(',')
		}
		shown := planStep(step)
		shown.Hooks = jsonHooks(plan, i)
		w.WriteString(strings.TrimSuffix(jsonText(shown), "}"))
		if err := writeTexts(w, "statements", step.Resume, step.Total, step.Walk); err != nil {
			return err
		}
		if err := writeTexts(w, "verify", 0, step.Queries, step.WalkQueries); err != nil {
			return err
		}
		w.WriteByte('}')
	}
	return w.WriteByte(']')
}

// writeTexts writes one more field, the texts of the statements from a number on, unless there are none.
func writeTexts(w *bufio.Writer, name string, from, total int, walk func(func(int, parser.Statement) error) error) error {
	if from == total {
		return nil
	}
	fmt.Fprintf(w, ",%q:[", name)
	err := walk(func(i int, st parser.Statement) error {
		if i < from {
			return nil
		}
		if i > from {
			w.WriteByte(',')
		}
		_, err := w.WriteString(jsonText(st.Text))
		return err
	})
	w.WriteByte(']')
	return err
}

// jsonText is a value as JSON, in one line.
func jsonText(v any) string {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(v)
	return strings.TrimSuffix(b.String(), "\n")
}
