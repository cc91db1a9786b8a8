package mysql

import (
	"fmt"
	"slices"
	"strings"

	"revise/parser"
)

// again is the probe of a statement that may run again whatever became of it.
const again = "SELECT 0"

// Probe looks into information_schema, by names and, of a new table, by its columns. It is for servers whose DDL is atomic. A statement that could only have
// failed, because what it makes was there before it, reads as done.
func (Driver) Probe(statement string) string {
	if harmlessForm(statement) {
		return again
	}
	d, ok := parser.ReadDDL(statement, Dialect())
	if !ok || d.Temporary || slices.ContainsFunc(d.Names, func(n parser.Name) bool { return len(n) > 2 }) {
		return ""
	}
	switch d.Verb {
	case "CREATE":
		return probeCreate(d)
	case "DROP":
		if d.Lenient {
			return again
		}
		if d.Kind == "INDEX" {
			if d.On == nil || len(d.Names) != 1 || len(d.Names[0]) != 1 {
				return ""
			}
			return fmt.Sprintf("SELECT CASE WHEN %s = 0 THEN NULL ELSE %s = 0 END", tableCount(d.On), indexCount(d.On, d.Names[0][0].Text))
		}
		return probeGone(d)
	case "RENAME":
		return probeRename(d)
	case "ALTER":
		return probeAlter(d)
	}
	return ""
}

// harmlessForm knows, by its first words, a statement that leaves things as they are when it runs a second time. TRUNCATE is none: rows of others may have
// come since.
func harmlessForm(statement string) bool {
	words := strings.Fields(strings.ToUpper(statement[:min(len(statement), 200)]))
	if len(words) < 2 {
		return false
	}
	switch words[0] {
	case "SET", "USE", "SHOW", "EXPLAIN", "DESCRIBE", "DESC", "FLUSH", "GRANT":
		return true
	case "ANALYZE", "OPTIMIZE", "CHECK", "CHECKSUM", "REPAIR":
		return words[1] == "TABLE" || words[1] == "LOCAL" || words[1] == "NO_WRITE_TO_BINLOG"
	case "ALTER":
		return words[1] == "DATABASE" || words[1] == "SCHEMA"
	}
	return false
}

func probeCreate(d parser.DDL) string {
	if d.Lenient {
		if d.Kind == "TABLE" && d.Columns == nil {
			return "" // CREATE TABLE IF NOT EXISTS … SELECT adds rows
		}
		return again
	}
	name := d.Names[0]
	switch d.Kind {
	case "INDEX":
		if len(name) != 1 {
			return ""
		}
		return fmt.Sprintf("SELECT CASE WHEN %s = 0 THEN NULL ELSE %s > 0 END", tableCount(d.On), indexCount(d.On, name[0].Text))
	case "TABLE":
		if d.Columns == nil {
			return "" // LIKE, or SELECT, which is not atomic everywhere
		}
		list := make([]string, len(d.Columns))
		for i, c := range d.Columns {
			list[i] = "LOWER(" + lit(c) + ")"
		}
		same := fmt.Sprintf("(SELECT COUNT(*) = %d AND SUM(LOWER(COLUMN_NAME) IN (%s)) = %[1]d FROM information_schema.COLUMNS WHERE %[3]s)",
			len(list), strings.Join(list, ", "), tableIs(name))
		return fmt.Sprintf("SELECT CASE WHEN %s = 0 THEN 0 WHEN %s THEN 1 ELSE NULL END", tableCount(name), same)
	}
	count := objectCount(d.Kind, name)
	if count == "" {
		return ""
	}
	return "SELECT " + count + " > 0"
}

// probeGone is for one DROP of several.
func probeGone(d parser.DDL) string {
	var counts []string
	for _, n := range d.Names {
		count := objectCount(d.Kind, n)
		if count == "" {
			return ""
		}
		counts = append(counts, count)
	}
	return fmt.Sprintf("SELECT CASE %s WHEN 0 THEN 1 WHEN %d THEN 0 ELSE NULL END", strings.Join(counts, " + "), len(counts))
}

// probeRename wants all old names gone and all new ones there, or the other way round. Names that change places tell nothing.
func probeRename(d parser.DDL) string {
	var olds, news []string
	seen := map[string]bool{}
	for i, n := range d.Names {
		for _, name := range []parser.Name{n, d.To[i]} {
			key := strings.ToLower(name[len(name)-1].Text)
			if seen[key] || len(name) > 2 {
				return ""
			}
			seen[key] = true
		}
		olds, news = append(olds, tableCount(n)), append(news, tableCount(d.To[i]))
	}
	if d.Lenient {
		return ""
	}
	was, is := strings.Join(olds, " + "), strings.Join(news, " + ")
	return fmt.Sprintf("SELECT CASE WHEN %s = 0 AND %s = %d THEN 1 WHEN %[1]s = %[3]d AND %[2]s = 0 THEN 0 ELSE NULL END", was, is, len(olds))
}

// probeAlter asks for the first action of which a catalog shows whether it was done: the server does all of them or none.
func probeAlter(d parser.DDL) string {
	if d.Kind != "TABLE" || len(d.Actions) == 0 {
		return ""
	}
	table := d.Names[0]
	// What two actions name, drop and add an index of one name for instance, is there before and after.
	named := map[string]int{}
	for _, a := range d.Actions {
		named[a.Kind+" "+strings.ToLower(a.Name)]++
		if a.Verb == "RENAME" || a.Verb == "CHANGE" {
			for _, part := range a.To {
				named[a.Kind+" "+strings.ToLower(part.Text)]++
			}
		}
	}
	for _, a := range d.Actions {
		if a.Verb == "RENAME" && a.Kind == "TABLE" {
			if d.Lenient || strings.EqualFold(a.To[len(a.To)-1].Text, table[len(table)-1].Text) {
				return ""
			}
			return fmt.Sprintf("SELECT CASE WHEN %s = 0 AND %s = 1 THEN 1 WHEN %[1]s = 1 AND %[2]s = 0 THEN 0 ELSE NULL END", tableCount(table), tableCount(a.To))
		}
	}
	harmless := true
	for _, a := range d.Actions {
		if a.Verb == "AGAIN" || a.Lenient {
			continue
		}
		harmless = false
		if named[a.Kind+" "+strings.ToLower(a.Name)] > 1 || d.Lenient {
			continue
		}
		count := func(name string) string { return partCount(a.Kind, table, name) }
		test := ""
		switch c := count(a.Name); {
		case c == "":
		case a.Verb == "ADD":
			test = c + " > 0"
		case a.Verb == "DROP":
			test = c + " = 0"
		case named[a.Kind+" "+strings.ToLower(a.To[0].Text)] > 1:
		default:
			test = fmt.Sprintf("CASE WHEN %s = 0 AND %s > 0 THEN 1 WHEN %[1]s > 0 AND %[2]s = 0 THEN 0 ELSE NULL END", c, count(a.To[0].Text))
		}
		if test != "" {
			return fmt.Sprintf("SELECT CASE WHEN %s = 0 THEN NULL ELSE %s END", tableCount(table), test)
		}
	}
	if harmless {
		return again
	}
	return ""
}

func lit(s string) string { return Driver{}.Literal(s) }

// fileName compares the name of what the server keeps as a file or may keep as one: upper and lower case count unless the server folds them.
func fileName(column, name string) string {
	return fmt.Sprintf("IF(@@lower_case_table_names = 0, CAST(%s AS BINARY) = CAST(%s AS BINARY), LOWER(%[1]s) = LOWER(%[2]s))", column, lit(name))
}

func plainName(column, name string) string {
	return fmt.Sprintf("LOWER(%s) = LOWER(%s)", column, lit(name))
}

// within is the condition on the schema of a name.
func within(column string, n parser.Name) string {
	if len(n) == 1 {
		return column + " = DATABASE()"
	}
	return fileName(column, n[0].Text)
}

func last(n parser.Name) string { return n[len(n)-1].Text }

func tableIs(n parser.Name) string {
	return within("TABLE_SCHEMA", n) + " AND " + fileName("TABLE_NAME", last(n))
}

func count(view, where string) string {
	return "(SELECT COUNT(*) FROM information_schema." + view + " WHERE " + where + ")"
}

// tableCount counts tables and views, which share their names.
func tableCount(n parser.Name) string { return count("TABLES", tableIs(n)) }

func indexCount(table parser.Name, index string) string {
	return count("STATISTICS", "SEQ_IN_INDEX = 1 AND "+tableIs(table)+" AND "+plainName("INDEX_NAME", index))
}

// objectCount is how many objects of a kind have a name: one or none. "" for a kind that no view lists.
func objectCount(kind string, n parser.Name) string {
	switch kind {
	case "TABLE", "SEQUENCE":
		return tableCount(n)
	case "VIEW":
		return count("TABLES", tableIs(n)+" AND TABLE_TYPE = 'VIEW'")
	case "PROCEDURE", "FUNCTION":
		return count("ROUTINES", within("ROUTINE_SCHEMA", n)+" AND "+plainName("ROUTINE_NAME", last(n))+" AND ROUTINE_TYPE = '"+kind+"'")
	case "TRIGGER":
		return count("TRIGGERS", within("TRIGGER_SCHEMA", n)+" AND "+fileName("TRIGGER_NAME", last(n)))
	case "EVENT":
		return count("EVENTS", within("EVENT_SCHEMA", n)+" AND "+plainName("EVENT_NAME", last(n)))
	case "DATABASE", "SCHEMA":
		if len(n) != 1 {
			return ""
		}
		return count("SCHEMATA", fileName("SCHEMA_NAME", last(n)))
	}
	return ""
}

// partCount is how many parts of a kind a table has by a name.
func partCount(kind string, table parser.Name, name string) string {
	switch kind {
	case "COLUMN":
		return count("COLUMNS", tableIs(table)+" AND "+plainName("COLUMN_NAME", name))
	case "INDEX":
		return indexCount(table, name)
	case "CONSTRAINT":
		return count("TABLE_CONSTRAINTS", tableIs(table)+" AND "+plainName("CONSTRAINT_NAME", name))
	case "PRIMARY KEY":
		return count("TABLE_CONSTRAINTS", tableIs(table)+" AND CONSTRAINT_TYPE = 'PRIMARY KEY'")
	case "PARTITION":
		return count("PARTITIONS", tableIs(table)+" AND "+plainName("PARTITION_NAME", name))
	}
	return ""
}
