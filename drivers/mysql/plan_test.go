package mysql_test

import (
	"strings"
	"testing"

	"revise/schema"
)

// tables makes a snapshot of one table t with the columns of a session without a server.
func oneTable(mode string, columns ...string) *schema.Snapshot {
	s := schema.New("mysql", "MariaDB", "10.11.19-MariaDB")
	s.Traits["version"], s.Traits["sql_mode"] = "101119", mode
	s.Add(&schema.Object{Kind: "table", Name: "`t`", Path: []string{"t"}, Def: "ENGINE=InnoDB", List: []string{"ENGINE", "InnoDB"}, Attrs: map[string]string{}})
	for i, c := range columns {
		name, _, _ := strings.Cut(c, " ")
		s.Add(&schema.Object{Kind: "column", Name: "`t`." + name, Path: []string{"t", strings.Trim(name, "`")}, Parent: "table `t`", Def: c, Place: i + 1,
			Attrs: map[string]string{"table": "`t`", "name": name, "raw": c}})
	}
	return s
}

// Where a session is not strict, the server cuts what it would refuse else.
func TestPlanSaysWhatIsLost(t *testing.T) {
	const strict = "STRICT_TRANS_TABLES"
	for _, c := range []struct{ mode, from, to, loses, note string }{
		{strict, "`n` bigint(20)", "`n` int(11)", "", "numbers out of the range"},
		{"", "`n` bigint(20)", "`n` int(11)", "numbers out of the range of its new type in t.n", ""},
		{strict, "`n` int(11)", "`n` int(11) NOT NULL", "", "fails if there are NULLs in n"},
		{"", "`n` int(11)", "`n` int(11) NOT NULL", "NULLs in t.n", ""},
		{"", "`n` varchar(20)", "`n` varchar(10)", "values longer than 10 in t.n", "copies"},
		{strict, "`n` varchar(20)", "`n` varchar(10)", "", "values longer than 10"},
		{"", "`n` enum('a','b')", "`n` enum('a')", "values that are none", ""},
		{strict, "`n` varchar(20)", "`n` varchar(30)", "", "!copies"},
		{strict, "`n` enum('a','b')", "`n` enum('a','b','c')", "", "!copies"},
		{strict, "`n` int(11)", "`n` bigint(20)", "", "copies the table"},
		{strict, "`n` varchar(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin", "`n` varchar(20) CHARACTER SET latin1 COLLATE latin1_bin", "", "characters that latin1 lacks"},
		{"", "`n` varchar(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin", "`n` varchar(20) CHARACTER SET latin1 COLLATE latin1_bin", "characters that latin1 lacks in t.n", ""},
		{strict, "`n` varchar(20) CHARACTER SET latin1 COLLATE latin1_bin", "`n` varchar(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin", "", "!lacks"},
		{strict, "`n` timestamp(6) NULL", "`n` timestamp NULL", "fractions of seconds in t.n", ""},
		{strict, "`n` decimal(10,2)", "`n` decimal(10,4)", "", "numbers out of the range"},
		{strict, "`n` decimal(10,2)", "`n` decimal(12,4)", "", "!range"},
	} {
		plan, text := planOf(t, oneTable(c.mode, c.from), oneTable(c.mode, c.to))
		steps := plan.Steps()
		if len(steps) != 1 {
			t.Errorf("%s to %s gives\n%s", c.from, c.to, text)
			continue
		}
		if got := steps[0].Loses; got != c.loses && !(c.loses != "" && strings.Contains(got, c.loses)) {
			t.Errorf("%q: %s to %s loses %q, want %q", c.mode, c.from, c.to, got, c.loses)
		}
		note, not := strings.CutPrefix(c.note, "!")
		if got := steps[0].Note; strings.Contains(got, note) == not {
			t.Errorf("%q: %s to %s is noted %q, want %q", c.mode, c.from, c.to, got, c.note)
		}
	}
}
