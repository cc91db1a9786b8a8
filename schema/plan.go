package schema

// Options say which form of a change is wanted where there are several.
type Options struct {
	// Online asks for forms that keep others waiting as little as can be, if they take longer or cannot stand in a transaction: CREATE INDEX CONCURRENTLY.
	Online bool
}

// A Plan is the statements that lead from one snapshot to another, in order.
type Plan struct {
	Parts []Part // none: there is nothing to do
	// Remarks are what a reader has to know of the whole: what the statements do not bring about, and where they had to guess.
	Remarks []Remark
}

// A Part is statements that can run together. Behind each part there is a commit: something of the next one needs what this one made to be there for good,
// or one of them runs outside of a transaction.
type Part struct {
	NoTransaction bool // it runs outside of one
	KeysOff       bool // foreign keys are not enforced meanwhile, and checked at its end: SQLite's way to build a table anew
	Steps         []Step
}

// A Step is one statement.
type Step struct {
	SQL string // without a terminator
	// About is the key of the object that it is for.
	About string
	// Loses says in a few words which data are gone behind it: "the column orders.total". "" if none.
	Loses string
	// Note is what a reader should know of it, in one line: "reads the whole table". "" if nothing.
	Note string
}

// A Remark is about an object or, if Key is "", about all.
type Remark struct {
	Key  string `json:"object,omitempty"`
	Text string `json:"text"`
	// Short says that the plan does not lead all the way: what it leaves differs from what was asked for, by this.
	Short bool `json:"short,omitempty"`
}

// Empty reports whether a plan has no statement.
func (p *Plan) Empty() bool { return len(p.Steps()) == 0 }

// Steps are those of all parts.
func (p *Plan) Steps() []Step {
	var list []Step
	for _, part := range p.Parts {
		list = append(list, part.Steps...)
	}
	return list
}

// Losses are the steps behind which data are gone.
func (p *Plan) Losses() []Step {
	var list []Step
	for _, s := range p.Steps() {
		if s.Loses != "" {
			list = append(list, s)
		}
	}
	return list
}
