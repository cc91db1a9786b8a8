package schematest

import (
	"bytes"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"revise/drivers"
)

// Tool runs a program and returns what it writes to stdout.
func Tool(t testing.TB, env []string, program string, args ...string) string {
	t.Helper()
	cmd := exec.Command(program, args...)
	var out, errs bytes.Buffer
	cmd.Env, cmd.Stdout, cmd.Stderr = append(os.Environ(), env...), &out, &errs
	if err := cmd.Run(); err != nil {
		t.Fatalf("%s %q: %v\n%s", program, args, err, errs.String())
	}
	return out.String()
}

var (
	restrict       = regexp.MustCompile(`(?m)^\\(un)?restrict .*\n`)
	comment        = regexp.MustCompile(`(?m)^--.*\n`)
	blank          = regexp.MustCompile(`\n{2,}`)
	dummyView      = regexp.MustCompile(`^CREATE VIEW [^\n]+ AS\nSELECT\n +NULL::`)
	castArray      = regexp.MustCompile(`\(ARRAY\[((?:'(?:[^']|'')*'::character varying(?:\([0-9]+\))?(?:, )?)+)\]\)::text\[\]`)
	castItem       = regexp.MustCompile(`'(?:[^']|'')*'::character varying(?:\([0-9]+\))?`)
	parameters     = regexp.MustCompile(`WITH \([a-z_.]+='[^()]*'\)`)
	tableText      = regexp.MustCompile(`(?ms)^CREATE TABLE .*?^\).*?;$`)
	defaultCharset = regexp.MustCompile(`(?m)^\).* DEFAULT CHARSET=(\w+)(?: COLLATE=(\w+))?`)
	keyLines       = regexp.MustCompile("(?m)(?:^  (?:UNIQUE |FULLTEXT |SPATIAL )?KEY .*\n)+")
	counter        = regexp.MustCompile(` AUTO_INCREMENT=\d+`)
)

// PgDump is what pg_dump -s says of a database. Comments of the dump go only at the beginning of lines, where no body has any in the pairs that are compared.
func PgDump(t testing.TB, program string, addr drivers.Address, more ...string) string {
	t.Helper()
	args := append([]string{"--schema-only", "--host=" + addr.Host, "--port=" + strconv.Itoa(addr.Port), "--username=" + addr.User, "--no-password"}, more...)
	out := Tool(t, []string{"PGPASSWORD=" + addr.Password}, program, append(args, addr.Name)...)
	out = comment.ReplaceAllString(restrict.ReplaceAllString(out, ""), "")
	// What pg_dump says of x IN ('a', 'b') over a varchar it says otherwise once that was restored.
	out = castArray.ReplaceAllStringFunc(out, func(whole string) string {
		return "ARRAY[" + castItem.ReplaceAllString(castArray.FindStringSubmatch(whole)[1], "($0)::text") + "]"
	})
	// The order of storage parameters is that in which they were set.
	out = parameters.ReplaceAllStringFunc(out, func(with string) string {
		list := strings.Split(with[len("WITH ("):len(with)-1], ", ")
		slices.Sort(list)
		return "WITH (" + strings.Join(list, ", ") + ")"
	})
	// Where views need keys, pg_dump makes them twice, first without a body, by the order in which things were made: that is no part of the schema, nor is any order.
	list := blank.Split(strings.TrimSpace(out), -1)
	list = slices.DeleteFunc(list, dummyView.MatchString)
	for i, text := range list {
		list[i] = strings.Replace(text, "CREATE OR REPLACE VIEW ", "CREATE VIEW ", 1)
		// Grants stand in the order in which they were given. Behind those of an owner that may not do all, a REVOKE comes first.
		if lines := strings.Split(text, "\n"); strings.HasPrefix(text, "GRANT ") || strings.HasPrefix(text, "REVOKE ") {
			slices.SortStableFunc(lines, func(a, b string) int {
				if n := strings.Compare(b[:1], a[:1]); n != 0 {
					return n
				}
				return strings.Compare(a, b)
			})
			list[i] = strings.Join(lines, "\n")
		}
	}
	slices.Sort(list)
	return strings.Join(list, "\n")
}

// MySQLDump is what mariadb-dump or mysqldump says of a database, whatever that is called.
func MySQLDump(t testing.TB, program string, addr drivers.Address, more ...string) string {
	t.Helper()
	args := []string{"--no-defaults", "--protocol=tcp", "--host=" + addr.Host, "--port=" + strconv.Itoa(addr.Port), "--user=" + addr.User,
		"--no-data", "--routines", "--triggers", "--events", "--skip-comments", "--compact"}
	out := Tool(t, []string{"MYSQL_PWD=" + addr.Password}, program, append(append(args, more...), addr.Name)...)
	out = tableText.ReplaceAllStringFunc(out, plainCharsets)
	out = keyLines.ReplaceAllStringFunc(out, func(keys string) string { // the order of keys is that in which they were made
		list := strings.Split(strings.TrimRight(keys, "\n"), "\n")
		for i, l := range list {
			list[i] = strings.TrimSuffix(l, ",")
		}
		slices.Sort(list)
		return strings.Join(list, ",\n") + "\n"
	})
	out = strings.ReplaceAll(counter.ReplaceAllString(out, ""), "`"+addr.Name+"`", "`the database`")
	return out
}

// plainCharsets leaves out of the columns of a table what its defaults say too: MySQL writes it if somebody once did.
func plainCharsets(table string) string {
	d := defaultCharset.FindStringSubmatch(table)
	if d == nil {
		return table
	}
	usual := map[string]string{"latin1": "latin1_swedish_ci", "ascii": "ascii_general_ci", "utf8mb3": "utf8mb3_general_ci", "utf8mb4": "utf8mb4_0900_ai_ci", "binary": "binary"}
	lines := strings.Split(table, "\n")
	for i, l := range lines {
		if !strings.HasPrefix(l, "  `") {
			continue
		}
		for charset, collation := range usual {
			l = strings.Replace(l, " CHARACTER SET "+charset+" COLLATE "+collation, " CHARACTER SET "+charset, 1)
		}
		if d[2] == "" || strings.Contains(l, " COLLATE "+d[2]) || !strings.Contains(l, " COLLATE ") && d[2] == usual[d[1]] {
			l = strings.Replace(l, " CHARACTER SET "+d[1], "", 1)
		}
		lines[i] = strings.Replace(l, " COLLATE "+d[2], "", 1)
	}
	return strings.Join(lines, "\n")
}
