package mysql

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"revise/drivers"
)

// A kind says what a step of a packet is for.
type kind int

const (
	probeStep   kind = iota // asks how many statements the session has run: a fixed point to count from
	resetStep               // brings the session home, or sets a batch's limits
	userStep                // a statement of a batch
	warningStep             // asks for the warnings of the one before
	markerStep              // its arrival means that all before it is done
)

// A step is one statement of a packet.
type step struct {
	kind   kind
	text   string
	offset int // in the packet
	// stmt is the statement of the batch that the step belongs to; nil for probes and resets.
	stmt  *drivers.Statement
	limit time.Duration // of its running time
	// fuzzy steps count as an unknown number of statements.
	fuzzy bool
}

// A packet is what travels in one round trip. The server runs its steps in order and stops at the first that fails.
type packet struct {
	steps []step
	text  strings.Builder

	// What becomes of the session: clean and trace if the packet runs through, all if it does not.
	clean      bool
	alone      bool // its statement may swallow a marker, so none follows
	unmarked   int  // statements since the last marker
	limits     string
	quiet      bool
	trace, all trace
}

const (
	separator      = ";\n"
	countQuestions = "SHOW SESSION STATUS LIKE 'Questions'"
	packetSize     = 1 << 20
	mostUnmarked   = 16 // statements without a marker: so soon a packet can be stopped
)

// questions reads the answer to countQuestions, 0 if it is none.
func questions(s *set) int {
	row, err := s.next()
	if err != nil || len(row) != 2 {
		return 0
	}
	n, _ := strconv.Atoi(narrow(row[1]))
	return n
}

func (p *packet) add(steps ...step) {
	for _, s := range steps {
		if n := len(p.steps); n > 0 {
			if endsInComment(p.steps[n-1].text) {
				p.text.WriteString("\n")
			}
			p.text.WriteString(separator)
		}
		s.offset = p.text.Len()
		p.text.WriteString(s.text)
		p.steps = append(p.steps, s)
	}
}

// endsInComment reports whether a text may end in a comment that goes to the end of its line, and would take a separator with it.
func endsInComment(text string) bool {
	line := text[strings.LastIndexByte(text, '\n')+1:]
	return strings.Contains(line, "--") || strings.Contains(line, "#")
}

// marker is a query that says by the name of its column which step it is, and fails while the stop lock is held. The derived table makes
// MariaDB forget the warnings of the statement before, which a query without tables leaves standing (opt_clear_warning_info in sql_parse.cc);
// behind an XA statement it may not be there, for between XA END and the end of the transaction no table can be opened, not even that one.
func (c *conn) marker(index int, statement string) string {
	from := " FROM (SELECT 1) AS x"
	if xaForm().MatchString(statement) {
		from = ""
	}
	return fmt.Sprintf("SELECT IF(IS_FREE_LOCK('%s'), 1, %s) AS %[1]s_%[3]d%s", c.token, fail, index, from)
}

// markerIndex knows a marker's column again. Under character_set_results=utf16 the name comes in that.
func (c *conn) markerIndex(columns []string) (int, bool) {
	if len(columns) != 1 {
		return 0, false
	}
	word, ok := strings.CutPrefix(narrow(columns[0]), c.token+"_")
	if !ok {
		return 0, false
	}
	n, err := strconv.Atoi(word)
	return n, err == nil
}

// narrow undoes what character_set_results=utf16, utf32 or ucs2 does to ASCII.
func narrow(s string) string { return strings.ReplaceAll(s, "\x00", "") }

var (
	// FLUSH STATUS sets the count of statements to zero.
	flushForm = drivers.Form(`(?is)^(?:/\*M?![0-9]*\s*)?FLUSH\b.*\bSTATUS\b`)
	xaForm    = drivers.Form(`(?i)^\s*XA\b`)
)

// lookAtOwn tells of a statement of the runner's whether it leaves nothing behind in the session (a transaction of theirs they end themselves), and whether it is one
// that writes the ledger: such a one takes no time and gives no rows.
func lookAtOwn(text string) (harmless, writes bool) {
	switch first, _ := drivers.CutWord(text); first {
	case "INSERT", "UPDATE", "DELETE", "START", "COMMIT":
		return true, true
	case "REPLACE", "SELECT", "CREATE":
		return true, false
	}
	return false, false
}

// fill makes the next packet, from where the run has got to. A statement that cannot be sent at all, or cannot be had, ends the packet before it,
// and where it is the first, fill returns an error instead.
func (r *run) fill() (*packet, error) {
	c := r.c
	p := &packet{clean: c.clean, limits: c.limits, quiet: c.quiet, trace: c.trace, all: c.trace}
	for at := r.progress; at.Batches < len(r.batches); at = (drivers.Progress{Batches: at.Batches + 1}) {
		b := &r.batches[at.Batches]
		for ; ; at.Statements++ {
			if err := r.ctx.Err(); err != nil {
				return nil, fmt.Errorf("stopped before the next statement: %w", err) // nothing of the packet has been sent
			}
			s, tail, err := r.feed(at.Batches).At(at.Statements)
			if s == nil && err == nil {
				break
			}
			var shape shape
			if err == nil {
				shape = c.shapeOf(s.Text)
				err = c.refuse(s, shape)
			}
			if err != nil {
				if len(p.steps) == 0 {
					return nil, err
				}
				return c.ended(p), nil
			}
			watched := b.Watch != nil && !r.feed(at.Batches).Tail(at.Statements) // and so has a packet of its own
			if watched && len(p.steps) > 0 {
				return c.ended(p), nil
			}
			entering := at.Statements == 0 || tail
			if full := c.put(p, b, s, shape, entering, entering && at.Statements > 0); full || watched {
				// Whether more follows must be known when the packet is through: only then it is known whether the batch is.
				r.feed(at.Batches).At(at.Statements + 1)
				return c.ended(p), nil
			}
		}
	}
	return c.ended(p), nil
}

// ended puts a marker behind a packet that ends in statements of the runner's own.
func (c *conn) ended(p *packet) *packet {
	if n := len(p.steps); n > 0 && p.steps[n-1].kind == userStep && !p.alone {
		last := p.steps[n-1].stmt
		p.add(step{kind: markerStep, text: c.marker(n, last.Text), stmt: last})
	}
	return p
}

// feed reads a batch, one that is not complete.
func (r *run) feed(batch int) *drivers.Feed {
	for len(r.feeds) <= batch-r.progress.Batches {
		r.feeds = append(r.feeds, r.batches[r.progress.Batches+len(r.feeds)].Feed())
	}
	return r.feeds[batch-r.progress.Batches]
}

// refuse gives the error of a statement that cannot be sent.
func (c *conn) refuse(s *drivers.Statement, shape shape) error {
	switch {
	case s.Copy:
		return &drivers.Error{Message: "COPY with data is PostgreSQL's", Offset: -1}
	case shape.local:
		return &drivers.Error{
			Message: "LOAD DATA LOCAL is not supported: it would have the server ask this program for a file",
			Hint:    "put the rows into INSERT statements, or load the file with the mysql client",
			Offset:  0,
		}
	case len(shape.text)+1 >= c.maxPacket:
		return &drivers.Error{
			Message: fmt.Sprintf("the statement has %d bytes, and the server takes less than max_allowed_packet = %d", len(shape.text), c.maxPacket),
			Hint:    "raise max_allowed_packet on the server, or split the statement",
			Offset:  -1,
		}
	}
	return nil
}

// put appends a statement with what belongs to it, and reports whether the packet is full, with or without it.
//
// What the batch's own statements left in an open transaction (SET autocommit = 0, as dumps do) is kept when those of the runner come: they say that
// the batch is through.
func (c *conn) put(p *packet, b *drivers.Batch, s *drivers.Statement, shape shape, entering, keepWork bool) (full bool) {
	var enter, steps []step
	clean, trace, limited := p.clean, p.trace, p.limits
	var seen look
	var harmless, writes bool // of the runner's own
	if s.Own {
		harmless, writes = lookAtOwn(s.Text)
	} else {
		seen = lookAt(s.Text)
	}
	if want := limits(*b); entering && (!clean || limited != want) {
		if !clean || limited != "" {
			for _, text := range c.home.reset(trace, c.locks, c.id, keepWork) {
				enter = append(enter, step{kind: resetStep, text: text})
			}
			clean, trace = true, noTrace
		}
		if want != "" {
			enter = append(enter, step{kind: resetStep, text: want})
		}
		limited = want
	}
	if !shape.nothing {
		fuzzy := shape.many || flushForm().MatchString(shape.text)
		steps = append(steps, step{kind: userStep, text: shape.text, stmt: s, limit: b.StatementTimeout, fuzzy: fuzzy})
	}
	size := 512 * (len(enter) + 4)
	for _, st := range enter {
		size += len(st.text)
	}
	room := c.maxPacket - size
	size += len(shape.text)
	if len(p.steps) > 0 && p.text.Len()+size > min(packetSize, c.maxPacket) {
		return true
	}
	alone := shape.alone
	if len(shape.text) > room {
		// It fits, but nothing else does: the way in goes ahead.
		if len(enter) > 0 {
			p.add(enter...)
			p.add(step{kind: probeStep, text: countQuestions})
			p.clean, p.trace, p.limits = clean, trace, limited
			return true
		}
		alone = true
	} else if len(p.steps) == 0 {
		p.add(step{kind: probeStep, text: countQuestions})
	}
	if n := len(p.steps); !s.Own && n > 0 && p.steps[n-1].kind == warningStep && !seen.silent { // whose warnings it might leave standing
		p.add(step{kind: markerStep, text: c.marker(n, p.steps[n-1].stmt.Text), stmt: p.steps[n-1].stmt})
	}
	if !alone {
		if !s.Own && len(steps) > 0 {
			steps = append(steps, step{kind: warningStep, text: "SHOW WARNINGS", stmt: s})
		}
		// The next marker tells of the runner's own too, and the answer to SHOW WARNINGS of a usual statement.
		silent := writes || p.quiet && seen.silent
		if p.unmarked++; s.Check || shape.nothing || steps[0].fuzzy || p.unmarked >= mostUnmarked || !silent {
			p.unmarked = 0
			index := len(p.steps) + len(enter) + len(steps)
			steps = append(steps, step{kind: markerStep, text: c.marker(index, s.Text), stmt: s})
		}
		if steps[0].fuzzy {
			steps = append(steps, step{kind: probeStep, text: countQuestions})
		}
	}
	p.add(enter...)
	p.add(steps...)
	p.alone = p.alone || alone
	p.clean, p.trace, p.limits = clean, trace, limited
	if s.Own {
		p.clean = p.clean && harmless
	} else if !seen.harmless || !p.quiet {
		c.home.follow(&p.trace, s.Text)
		c.home.follow(&p.all, s.Text)
		p.clean, p.quiet = false, p.quiet && !seen.routines
	} else {
		p.quiet = !seen.routines
	}
	return alone || s.Check
}

var noTrace trace
