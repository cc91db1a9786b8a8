package postgres_test

import (
	"context"
	"strings"
	"testing"

	"revise/drivers"
	"revise/drivers/drivertest/schematest"
	"revise/drivers/postgres"
	"revise/schema"
)

// lead brings a database to a snapshot, and returns the plan.
func lead(t *testing.T, c drivers.Conn, to *schema.Snapshot, scope schema.Scope) *schema.Plan {
	t.Helper()
	plan, err := postgres.Driver{}.Plan(schematest.Snapshot(t, c, scope), to, schema.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := drivers.Apply(context.Background(), c, plan.Parts...); err != nil {
		t.Fatal(err)
	}
	return plan
}

// TestPlanUnmanaged checks that what is not made is told of, and has no comment made on it.
func TestPlanUnmanaged(t *testing.T) {
	a, _ := open(t, fresh(t, ""))
	run(t, a, batch(true, `CREATE SCHEMA "S 1"`, "CREATE FUNCTION eq(integer, text) RETURNS boolean LANGUAGE sql AS 'SELECT true'", "CREATE OPERATOR === (FUNCTION = eq, LEFTARG = integer, RIGHTARG = text)",
		"COMMENT ON OPERATOR === (integer, text) IS 'x'", `CREATE CONVERSION "S 1"."c 1" FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8`, `CREATE CONVERSION "c 1" FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8`,
		`COMMENT ON CONVERSION "c 1" IS 'x'`))
	b, _ := open(t, fresh(t, ""))
	var told []string
	for _, r := range lead(t, b, schematest.Snapshot(t, a, schema.Scope{}), schema.Scope{}).Remarks {
		if r.Short {
			told = append(told, r.Key)
		}
	}
	if got, want := strings.Join(told, ", "), `conversion "S 1"."c 1", conversion public."c 1", operator public.===(integer,text)`; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}
