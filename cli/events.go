package cli

import (
	"fmt"
	"time"

	"revise/runner"
)

// render shows an event: as a line of text, or as a line of JSON.
func (p *program) render(e runner.Event) {
	if p.flags.JSON {
		p.renderJSON(e)
		return
	}
	switch e := e.(type) {
	case runner.LockWaiting:
		holder := ""
		if e.Holder != "" {
			holder = ": " + clean(e.Holder)
		}
		p.say("waiting for the lock, up to %s; another run holds it%s\n", e.Limit-e.Waited.Round(time.Second), holder)
	case runner.DoubtSettled:
		p.say("%s", p.settled(e.Settled))
	case runner.Blocked:
		p.live.end()
		at := e.Failed.At().String()
		if at == "" {
			at = e.Step.Revision.File
		}
		p.say("%s: %s; it is tried again for up to %s\n", at, clean(firstLine(e.Failed)), (e.Limit - e.Waited).Round(time.Second))
		for _, line := range blockers(e.Failed.Err) {
			p.say("%s\n", line)
		}
	case runner.Reconnecting:
		p.live.end()
		p.say("the connection to the database broke: %s; connecting again, to go on by what the ledger says\n", clean(reason(e.Err)))
	case runner.StepStarted:
		s := e.Step
		if p.flags.Verbose {
			if s.Unwrapped {
				p.say("%s: the section's own BEGIN and COMMIT are left out: it runs in one transaction with its ledger row\n", s.Section.Pos)
			}
			if s.Resume > 0 {
				p.say("%s: going on at statement %d of %d\n", s.Section.Pos, s.Resume+1, s.Total)
			}
		}
		p.liveStatement(s, s.Resume, e.Number, e.Of)
		p.step = e
	case runner.StatementDone:
		if p.flags.Verbose {
			p.say("%s: statement %d of %d done\n", e.Pos, e.Index+1, e.Step.Total)
		}
		p.liveStatement(e.Step, e.Index+1, p.step.Number, p.step.Of)
	case runner.ServerNotice:
		at := ""
		if e.Pos.IsValid() {
			at = e.Pos.String() + ": "
		}
		line := fmt.Sprintf("%s%s: %s", at, e.Notice.Severity, e.Notice.Message)
		if e.Notice.Code != "" && e.Notice.Code != "00000" {
			line += " (" + e.Notice.Code + ")"
		}
		for _, more := range []string{e.Notice.Detail, e.Notice.Hint} {
			if more != "" {
				line += "; " + more
			}
		}
		p.say("%s\n", clean(line))
	case runner.StepDone:
		p.live.end()
		if !p.flags.Quiet {
			p.print("%s\n", p.stepLine(e))
		}
	case runner.StepFailed:
		p.live.end()
	case runner.HookStarted, runner.HookDone, runner.HookFailed:
		p.renderHook(e)
	case runner.SchemaNotKept:
		p.say("warning: all is done, but the schema could not be noted down for run check: %s\n", clean(reason(e.Err)))
	}
}

// stepLine is the line of a finished revision.
func (p *program) stepLine(e runner.StepDone) string {
	id := pad(e.Step.Revision.ID.Name, 12)
	line := fmt.Sprintf("%s  %s  %s", pad(e.Step.Direction.String(), 4), id, clean(e.Step.Revision.Message))
	note := took(e.Duration)
	if e.Step.Total == 0 {
		note = "no statements, " + note
	}
	if e.Step.Resume > 0 {
		note = fmt.Sprintf("from statement %d on, %s", e.Step.Resume+1, note)
	}
	return line + p.style.faint("  ("+note+")")
}

func (p *program) liveStatement(s *runner.Step, next, number, of int) {
	n := s.Total
	p.live.begin(func(elapsed time.Duration) string {
		what := fmt.Sprintf("statement %d/%d", next+1, n)
		if next >= n {
			what = "finishing"
		}
		// What changes comes first: a narrow terminal cuts the end.
		return fmt.Sprintf("[%d/%d] %s  %s  %s %s", number, of, what, took(elapsed), s.Direction, clean(title(s.Revision)))
	})
}

// jsonEvent is an event as --json gives it, one a line on stdout.
type jsonEvent struct {
	Event      string         `json:"event"`
	Direction  string         `json:"direction,omitempty"`
	Revision   string         `json:"revision,omitempty"`
	Message    string         `json:"message,omitempty"`
	File       string         `json:"file,omitempty"`
	Line       int            `json:"line,omitempty"`
	Number     int            `json:"number,omitempty"` // of the revision in the plan, from 1
	Of         int            `json:"of,omitempty"`
	Statement  int            `json:"statement,omitempty"` // from 1
	Statements *int           `json:"statements,omitempty"`
	Resumed    int            `json:"resumed_behind,omitempty"`
	Severity   string         `json:"severity,omitempty"`
	Code       string         `json:"code,omitempty"`
	Detail     string         `json:"detail,omitempty"`
	Hint       string         `json:"hint,omitempty"`
	Holder     string         `json:"holder,omitempty"`
	Revisions  []string       `json:"revisions,omitempty"`
	DurationMS *int64         `json:"duration_ms,omitempty"`
	Plan       []jsonPlanStep `json:"plan,omitempty"`
	Blockers   []string       `json:"blockers,omitempty"`
	When       string         `json:"when,omitempty"` // of a hook
	Hook       string         `json:"hook,omitempty"`
}

type jsonPlanStep struct {
	Direction   string `json:"direction"`
	Revision    string `json:"revision"`
	Message     string `json:"message"`
	File        string `json:"file"`
	Transaction bool   `json:"transaction"`
	Resumed     int    `json:"resumed_behind,omitempty"`

	Hooks []jsonHook `json:"hooks,omitempty"` // of a dry run
}

func (p *program) renderJSON(e runner.Event) {
	out := jsonEvent{}
	step := func(s *runner.Step) {
		out.Direction, out.Revision, out.File, out.Statements, out.Resumed = s.Direction.String(), s.Revision.ID.Name, s.Revision.File, &s.Total, s.Resume
	}
	switch e := e.(type) {
	case runner.LockWaiting:
		out.Event, out.Holder = "lock_waiting", e.Holder
	case runner.Planned:
		out.Event, out.Plan = "planned", planSteps(e.Plan)
	case runner.DoubtSettled:
		out.Event, out.Statement, out.Message, out.Line = "settled", e.Number, e.String(), e.Statement.Pos.Line
		if e.Settled.Step != nil {
			step(e.Settled.Step)
		}
	case runner.Blocked:
		out.Event, out.Message, out.Statement, out.Line = "blocked", firstLine(e.Failed), e.Failed.Index+1, e.Failed.At().Line
		out.Blockers = blockers(e.Failed.Err)
		step(e.Step)
	case runner.Reconnecting:
		out.Event, out.Message = "reconnecting", reason(e.Err)
	case runner.StepStarted:
		out.Event, out.Number, out.Of, out.Message = "started", e.Number, e.Of, e.Step.Revision.Message
		step(e.Step)
	case runner.StatementDone:
		out.Event, out.Statement = "statement_done", e.Index+1
		step(e.Step)
		out.Line = e.Pos.Line
	case runner.ServerNotice:
		out.Event, out.Severity, out.Code, out.Message, out.Detail, out.Hint = "notice", e.Notice.Severity, e.Notice.Code, e.Notice.Message, e.Notice.Detail, e.Notice.Hint
		if e.Step != nil {
			step(e.Step)
			out.Statement, out.Line = e.Index+1, e.Pos.Line
		}
	case runner.StepDone:
		ms := e.Duration.Milliseconds()
		out.Event, out.Number, out.Of, out.DurationMS, out.Message = "done", e.Number, e.Of, &ms, e.Step.Revision.Message
		step(e.Step)
	case runner.StepFailed:
		out.Event = "failed"
		step(e.Step)
	case runner.SchemaNotKept:
		out.Event, out.Message = "schema_not_kept", reason(e.Err)
	case runner.HookStarted, runner.HookDone, runner.HookFailed:
		out.hook(e)
	}
	p.json(out)
}

func planSteps(plan *runner.Plan) []jsonPlanStep {
	steps := []jsonPlanStep{}
	for _, s := range plan.Steps {
		steps = append(steps, planStep(s))
	}
	return steps
}

func planStep(s *runner.Step) jsonPlanStep {
	return jsonPlanStep{
		Direction: s.Direction.String(), Revision: s.Revision.ID.Name, Message: s.Revision.Message, File: s.Revision.File,
		Transaction: s.Atomic, Resumed: s.Resume,
	}
}

// json writes one value on a line of stdout.
func (p *program) json(v any) {
	_ = p.encoder(p.out).Encode(v)
}
