package drivers

import (
	"context"
	"fmt"

	"revise/schema"
)

// A PlanError is a statement of a plan that the database refuses.
type PlanError struct {
	SQL string
	Err error
}

func (e *PlanError) Error() string { return fmt.Sprintf("%v, in: %s", e.Err, e.SQL) }
func (e *PlanError) Unwrap() error { return e.Err }

// Apply runs parts of a plan as revisions would be run: each in a transaction where there can be one. A statement that is refused is a *PlanError; what is behind it does not run.
func Apply(ctx context.Context, c Conn, parts ...schema.Part) error {
	for _, part := range parts {
		if len(part.Steps) == 0 {
			continue
		}
		b := Batch{Atomic: !part.NoTransaction && c.Facts().TransactionalDDL, KeysOff: part.KeysOff}
		for _, step := range part.Steps {
			b.Statements = append(b.Statements, Statement{Text: step.SQL})
		}
		if at, err := c.Exec(ctx, []Batch{b}); err != nil {
			if at.Statements < len(b.Statements) {
				return &PlanError{SQL: b.Statements[at.Statements].Text, Err: err}
			}
			return err
		}
	}
	return nil
}
