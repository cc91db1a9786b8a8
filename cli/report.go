package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"revise/autogen"
	"revise/chain"
	"revise/config"
	"revise/drivers"
	"revise/parser"
	"revise/runner"
)

// report renders an error on stderr: what and where, the line with a caret, where in the run, what is true now, and one command to go on.
func (p *program) report(err error) {
	if errors.Is(err, errQuiet) || as[*reportedError](err) {
		return
	}
	if p.flags.JSON {
		p.reportJSON(err)
		return
	}
	fmt.Fprint(p.err, p.layout(err))
}

func (p *program) layout(err error) string {
	var b strings.Builder
	var stmt *runner.StatementError
	var hook *runner.HookError
	var doubt *runner.InDoubtError
	var connect *drivers.ConnectError
	var spoilt *spoiltError
	var script *autogen.ScriptError
	var stop *scratchStop
	var unbuilt *autogen.UnbuiltError
	switch {
	case errors.As(err, &stop):
		p.layoutStop(&b, stop)
	case errors.As(err, &unbuilt):
		p.layoutUnbuilt(&b, unbuilt)
	case errors.As(err, &stmt):
		p.layoutStatement(&b, stmt)
	case errors.As(err, &script):
		p.layoutScript(&b, script)
	case errors.As(err, &hook):
		p.layoutHook(&b, hook)
	case errors.As(err, &doubt):
		fmt.Fprintln(&b, p.style.fail(doubt.Error()))
		if s := doubt.Statement; s != nil {
			b.WriteString(p.excerpt(s.Pos, nil))
		}
		p.layoutHint(&b, doubt.Hint())
	case errors.As(err, &connect):
		fmt.Fprintln(&b, p.style.fail(clean(connect.Error())))
		p.layoutHint(&b, connect.Hint)
	case errors.As(err, &spoilt):
		fmt.Fprintln(&b, clean(spoilt.Error())+":")
		b.WriteString(p.layout(spoilt.err))
	case as[*newHookError](err): // an interrupted one as well: a file is there
		p.layoutList(&b, err)
	case p.interrupted(err):
		fmt.Fprintln(&b, p.style.fail("interrupted"))
	default:
		p.layoutList(&b, err)
	}
	return b.String()
}

// layoutScript renders a statement of the schema that is asked for.
func (p *program) layoutScript(b *strings.Builder, e *autogen.ScriptError) {
	fmt.Fprintln(b, p.style.fail(clean(e.Error())))
	b.WriteString(p.excerptOf(e.Pos, strings.NewReader(e.Text)))
	var server *drivers.Error
	if errors.As(e.Err, &server) {
		layoutDetails(b, server)
	}
	p.layoutHint(b, "the schema that is asked for cannot be built in a scratch database; mend it and try again")
}

func (p *program) interrupted(err error) bool {
	return errors.Is(err, context.Canceled) && p.ctx.Err() != nil
}

// layoutList renders mistakes in files, each with its line, or any other error.
func (p *program) layoutList(b *strings.Builder, err error) {
	var list parser.ErrorList
	var configs config.List
	var prefix *runner.PrefixError
	switch {
	case errors.As(err, &prefix):
		fmt.Fprintln(b, p.style.fail("error: "+clean(prefix.Error())))
		for _, d := range prefix.Differences {
			fmt.Fprintln(b, clean(d.String()))
			if d.Now != nil {
				b.WriteString(p.excerpt(d.Now.Pos, prefix.Section))
			}
		}
		p.layoutHint(b, prefix.Hint())
		return
	case errors.As(err, &list):
		for _, e := range list {
			fmt.Fprintln(b, p.style.fail(clean(e.Error())))
			if e.Pos.IsValid() {
				b.WriteString(p.excerpt(e.Pos, nil))
			}
		}
		return
	case errors.As(err, &configs):
		for _, e := range configs {
			fmt.Fprintln(b, p.style.fail(clean(e.Error())))
		}
		return
	}
	fmt.Fprintln(b, p.style.fail("error: "+clean(err.Error())))
	var server *drivers.Error
	if errors.As(err, &server) {
		layoutDetails(b, server)
	}
	var hinted interface{ Hint() string }
	if errors.As(err, &hinted) {
		p.layoutHint(b, hinted.Hint())
	}
}

func (p *program) layoutHint(b *strings.Builder, hint string) {
	if hint != "" {
		fmt.Fprintln(b, clean(hint))
	}
}

// layoutDetails adds what the server said beside its message.
func layoutDetails(b *strings.Builder, e *drivers.Error) {
	for _, d := range []struct{ name, text string }{{"detail", e.Detail}, {"hint", e.Hint}, {"context", e.Context}} {
		if d.text != "" {
			fmt.Fprintf(b, "%s: %s\n", d.name, strings.ReplaceAll(clean(d.text), "\n", "\n  "))
		}
	}
}

// layoutStatement renders a step that did not get through.
func (p *program) layoutStatement(b *strings.Builder, e *runner.StatementError) {
	first := clean(firstLine(e))
	if pos := e.At(); pos.IsValid() {
		first = pos.String() + ": " + first
	}
	fmt.Fprintln(b, p.style.fail(first))
	p.layoutRefused(b, e)
	if joined, ok := e.Err.(interface{ Unwrap() []error }); ok { // what failed besides, in cleaning up
		for _, other := range joined.Unwrap()[1:] {
			if as[*runner.LedgerError](other) {
				fmt.Fprintf(b, "besides: %s\n", clean(other.Error()))
			}
		}
	}
	fmt.Fprintln(b, place(e))
	for _, line := range truth(e) {
		fmt.Fprintln(b, line)
	}
	fmt.Fprintln(b, p.goOn(e))
}

// layoutRefused shows the statement, and what the server said of it beside its message.
func (p *program) layoutRefused(b *strings.Builder, e *runner.StatementError) {
	if e.Statement != nil {
		b.WriteString(p.excerpt(e.At(), e.Section()))
	}
	var server *drivers.Error
	if errors.As(e.Err, &server) {
		layoutDetails(b, server)
	}
	for _, line := range blockers(e.Err) {
		fmt.Fprintln(b, line)
	}
}

// blockers are the sessions that a statement waited for, a line each.
func blockers(err error) []string {
	var server *drivers.Error
	if !errors.As(err, &server) {
		return nil
	}
	var lines []string
	for _, b := range server.Blockers {
		word := "blocked by "
		if b.Perhaps {
			word = "may be blocked by "
		}
		lines = append(lines, clean(word+b.String()))
	}
	return lines
}

// firstLine is the message proper.
func firstLine(e *runner.StatementError) string {
	var server *drivers.Error
	switch {
	case e.Phase == runner.InFile:
		return firstError(e.Err).Error()
	case errors.Is(e.Err, context.Canceled):
		return "interrupted"
	case errors.Is(e.Err, drivers.ErrLost):
		msg := "the connection to the database broke"
		if errors.As(e.Err, &server) {
			msg += ": " + server.Error()
		}
		return msg
	case errors.As(e.Err, &server):
		return server.Error()
	}
	return e.Err.Error()
}

// reason is the innermost of an error that tells why a connection broke.
func reason(err error) string {
	var server *drivers.Error
	if errors.As(err, &server) {
		return server.Error()
	}
	for {
		switch inner := err.(type) {
		case interface{ Unwrap() error }:
			if inner.Unwrap() == nil {
				return err.Error()
			}
			err = inner.Unwrap()
		case interface{ Unwrap() []error }:
			list := inner.Unwrap()
			err = list[len(list)-1]
		default:
			return err.Error()
		}
	}
}

// firstError is the first of several.
func firstError(err error) error {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		return joined.Unwrap()[0]
	}
	return err
}

func word(d chain.Direction) string {
	if d == chain.Up {
		return "upgrade"
	}
	return "downgrade"
}

// place says where in the run it happened.
func place(e *runner.StatementError) string {
	s := word(e.Step.Direction) + " " + title(e.Step.Revision)
	switch e.Phase {
	case runner.InStatement:
		return fmt.Sprintf("%s, statement %d of %d", s, e.Index+1, e.Step.Total)
	case runner.InVerify:
		return fmt.Sprintf("%s, verify query %d of %d", s, e.Index+1, e.Step.Queries)
	case runner.InHook:
		return fmt.Sprintf("%s, %s hook %s, statement %d of %d", s, e.Hook.When, clean(e.Hook.Name), e.Index+1, e.HookStatements)
	case runner.InCommit:
		return s + ", at the commit"
	case runner.InFile:
		return s + ", at reading its file"
	}
	return s + ", at a statement of the ledger's own"
}

// truth says what is true in the database now.
func truth(e *runner.StatementError) []string {
	id := e.Step.Revision.ID.Name
	up := e.Step.Direction == chain.Up
	total := e.Step.Total
	var lines []string
	switch {
	case e.Unknown && e.Whole > 0:
		lines = append(lines, "the run was done whole or not at all: the connection broke before the server said which; the ledger knows")
	case e.Whole > 0:
		lines = append(lines, "nothing of this run was done: one transaction held all of it, and was rolled back")
	case e.Unknown && !e.Step.Atomic:
		lines = append(lines, fmt.Sprintf("%s; nobody saw whether statement %d took effect: the next run finds out, or asks", stay(id, e.Applied, total, up), e.Index+1))
	case e.Unknown:
		lines = append(lines, fmt.Sprintf("%s was done whole or not at all: the connection broke before the server said which; the ledger knows", id))
	case e.Step.Atomic && up:
		lines = append(lines, fmt.Sprintf("nothing of %s was applied: its transaction was rolled back", id))
	case e.Step.Atomic:
		lines = append(lines, fmt.Sprintf("%s is applied as before: the transaction of its downgrade was rolled back", id))
	case e.InDoubt >= 0:
		lines = append(lines, fmt.Sprintf("%s; statement %d is in doubt: nobody saw whether it took effect", stay(id, e.Applied, total, up), e.InDoubt+1))
	default:
		lines = append(lines, stay(id, e.Applied, total, up))
		switch together := e.Index - e.Applied; {
		case e.Phase != runner.InStatement:
		case together == 1:
			lines = append(lines, fmt.Sprintf("statement %d ran in one transaction with it and was rolled back", e.Index))
		case together > 1:
			lines = append(lines, fmt.Sprintf("statements %d to %d ran in one transaction with it and were rolled back", e.Applied+1, e.Index))
		}
	}
	lines = append(lines, hookLeft(e)...)
	if e.Forgotten {
		lines = append(lines, "temporary tables and variables that they made are gone with the session: what follows must make them again")
	}
	switch {
	case e.Before == 1:
		lines = append(lines, "the revision before it is done and stays")
	case e.Before > 1:
		lines = append(lines, fmt.Sprintf("the %d revisions before it are done and stay", e.Before))
	}
	return lines
}

func stay(id string, applied, total int, up bool) string {
	what := "upgrade"
	if !up {
		what = "downgrade"
	}
	switch {
	case applied == 0 && up:
		return fmt.Sprintf("nothing of %s was applied", id)
	case applied == 0:
		return fmt.Sprintf("nothing of %s was taken back", id)
	case applied == 1:
		return fmt.Sprintf("statement 1 of %d of the %s of %s is done and stays: no transaction holds this section together", total, what, id)
	}
	return fmt.Sprintf("statements 1 to %d of %d of the %s of %s are done and stay: no transaction holds this section together", applied, total, what, id)
}

// goOn is the one command to go on with.
func (p *program) goOn(e *runner.StatementError) string {
	again := "revise run up " + p.goal
	if e.Step.Direction == chain.Down {
		again = "revise run down " + p.goal
	}
	if e.Whole > 0 {
		again += " --single-transaction"
	}
	var server *drivers.Error
	switch {
	case errors.As(e.Err, &server) && server.Blocked:
		return "when the other session is through:  " + again
	case server != nil && noRoom(server.Code):
		return "when there is room:  " + again
	case e.Step.Atomic && server != nil && (server.Code == "2D000" || server.Code == "25001"):
		// Something called from the statement commits, or refuses to run in a transaction: no look at the text can tell.
		return `to go on, put "-- transaction: off" into the header or "transaction=off" behind the section's marker, then:  ` + again
	case e.Unknown && e.Step.Atomic:
		return "to see which:  revise run status"
	case e.InDoubt >= 0:
		return "look whether it did, then:  revise run resolve --done  or  revise run resolve --not-done"
	case errors.Is(e.Err, context.Canceled):
		return "to go on:  " + again
	case errors.Is(e.Err, drivers.ErrLost):
		return "when the database is back:  " + again
	case e.Phase == runner.InFile:
		return "to go on, leave the file alone while it runs:  " + again
	case e.Phase == runner.InLedger:
		return "to go on, mend what the message names, then:  " + again
	case e.Phase == runner.InVerify:
		return "to go on, mend the data or the query, then:  " + again
	case e.Phase == runner.InHook:
		return "to go on, mend the hook, then:  " + again
	case !e.Step.Atomic && e.Applied > 0:
		return fmt.Sprintf("to go on, mend the file from statement %d on, then:  %s", e.Applied+1, again)
	case e.Step.FromLedger:
		return "the text is the ledger's; to go on with another, bring the file back, then:  " + again
	}
	return "to go on, mend the file, then:  " + again
}

// noRoom knows the codes of a full disk.
func noRoom(code string) bool {
	switch code {
	case "53100", "1114", "1021", "SQLITE_FULL":
		return true
	}
	return false
}

// jsonError is an error as --json gives it, on stderr.
type jsonError struct {
	Event    string   `json:"event"`
	Message  string   `json:"message"`
	Hint     string   `json:"hint,omitempty"`
	File     string   `json:"file,omitempty"`
	Line     int      `json:"line,omitempty"`
	Col      int      `json:"col,omitempty"`
	Code     string   `json:"code,omitempty"`
	Revision string   `json:"revision,omitempty"`
	Number   int      `json:"statement,omitempty"` // from 1
	Of       int      `json:"statements,omitempty"`
	Applied  *int     `json:"statements_applied,omitempty"`
	InDoubt  int      `json:"statement_in_doubt,omitempty"` // from 1
	State    string   `json:"state,omitempty"`
	Blockers []string `json:"blockers,omitempty"`
	Changed  []string `json:"changed,omitempty"` // what ran already and reads differently now
	When     string   `json:"when,omitempty"`    // of a hook
	Hook     string   `json:"hook,omitempty"`
	ExitCode int      `json:"exit_code"`
}

func (p *program) reportJSON(err error) {
	enc := p.encoder(p.err)
	base := jsonError{Event: "error", ExitCode: p.exitCode(err)}
	var list parser.ErrorList
	var configs config.List
	var stmt *runner.StatementError
	var hook *runner.HookError
	var newHook *newHookError
	var spoilt *spoiltError
	switch {
	case errors.As(err, &hook):
		e := base
		p.jsonHook(&e, hook)
		_ = enc.Encode(e)
	case errors.As(err, &spoilt):
		e := base
		e.Message, e.File, e.Revision = spoilt.Error(), spoilt.file, spoilt.revision
		_ = enc.Encode(e)
		p.reportJSON(spoilt.err)
	case errors.As(err, &newHook):
		e := base
		e.newHook(newHook)
		_ = enc.Encode(e)
	case errors.As(err, &stmt):
		e := base
		pos := stmt.At()
		e.Message, e.File, e.Line, e.Col = firstLine(stmt), pos.File, pos.Line, pos.Col
		var server *drivers.Error
		if errors.As(stmt.Err, &server) {
			e.Code, e.Message = server.Code, server.Message
		}
		e.Revision, e.Of, e.Applied = stmt.Step.Revision.ID.Name, stmt.Step.Total, &stmt.Applied
		if stmt.Phase == runner.InStatement {
			e.Number = stmt.Index + 1
		}
		if stmt.Phase == runner.InHook {
			e.When, e.Hook = string(stmt.Hook.When), stmt.Hook.Name
		}
		e.InDoubt = stmt.InDoubt + 1
		e.Blockers = blockers(stmt.Err)
		e.State, e.Hint = strings.Join(truth(stmt), "; "), p.goOn(stmt)
		var stop *scratchStop
		if errors.As(err, &stop) {
			e.State, e.Hint = inScratch, stop.hint
		}
		_ = enc.Encode(e)
	case errors.As(err, &list):
		for _, m := range list {
			e := base
			e.Message, e.Hint, e.File, e.Line, e.Col = m.Msg, m.Hint, m.Pos.File, m.Pos.Line, m.Pos.Col
			_ = enc.Encode(e)
		}
	case errors.As(err, &configs):
		for _, m := range configs {
			e := base
			e.Message, e.Hint, e.File, e.Line, e.Col = m.Msg, m.Hint, m.File, m.Line, m.Col
			_ = enc.Encode(e)
		}
	default:
		e := base
		e.Message = err.Error()
		var hinted interface{ Hint() string }
		var connect *drivers.ConnectError
		var prefix *runner.PrefixError
		if errors.As(err, &prefix) {
			for _, d := range prefix.Differences {
				e.Changed = append(e.Changed, d.String())
			}
		}
		var diff *difference
		if errors.As(err, &diff) {
			e.File, e.Revision = diff.file, diff.id
		}
		if errors.As(err, &connect) {
			e.Hint = connect.Hint
		} else if errors.As(err, &hinted) {
			e.Hint = hinted.Hint()
		}
		_ = enc.Encode(e)
	}
}
