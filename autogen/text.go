package autogen

import (
	"strings"

	"revise/parser"
	"revise/schema"
)

// Section writes statements as a section of a revision file has them, with what has to be known of each in a comment above it.
func Section(s schema.Part, d *parser.Dialect) string {
	var b strings.Builder
	for i, step := range s.Steps {
		if i > 0 && (apart(step) || apart(s.Steps[i-1])) {
			b.WriteString("\n")
		}
		if step.Loses != "" {
			b.WriteString("-- loses data: " + oneLine(step.Loses) + "\n")
		}
		if step.Note != "" {
			b.WriteString("-- " + oneLine(step.Note) + "\n")
		}
		b.WriteString(statement(step.SQL, d))
	}
	return b.String()
}

// apart reports whether a statement stands apart from others by empty lines.
func apart(s schema.Step) bool { return s.Loses != "" || s.Note != "" || strings.Contains(s.SQL, "\n") }

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// statement is one statement with its end. What a dialect would not read as one statement is put between lines that say where it begins and ends.
func statement(sql string, d *parser.Dialect) string {
	text := ended(sql)
	list, err := parser.Split(parser.Position{}, text, d)
	if err == nil && len(list) == 1 && list[0].Text == sql {
		return text
	}
	return "-- +begin\n" + sql + "\n-- +end\n"
}

// ended is a statement with a semicolon behind it, and not in a comment.
func ended(sql string) string {
	last := sql[strings.LastIndexByte(sql, '\n')+1:]
	if strings.Contains(last, "--") || strings.Contains(last, "#") {
		return sql + "\n;\n"
	}
	return sql + ";\n"
}

// Dump writes a plan as a script for the database's own client, which revise reads as well. The title is a comment in front of it.
func Dump(plan *schema.Plan, d *parser.Dialect, title ...string) string {
	var b strings.Builder
	for _, line := range title {
		b.WriteString(strings.TrimRight("-- "+line, " ") + "\n")
	}
	var before schema.Step
	for i, step := range plan.Steps() {
		if i == 0 || apart(step) || apart(before) || object(step.About) != object(before.About) {
			b.WriteString("\n")
		}
		before = step
		if d.Delimiters && strings.Contains(step.SQL, ";") {
			mark := ";;"
			for strings.Contains(step.SQL, mark) {
				mark += ";"
			}
			b.WriteString("DELIMITER " + mark + "\n" + step.SQL + "\n" + mark + "\nDELIMITER ;\n")
			continue
		}
		b.WriteString(ended(step.SQL))
	}
	return b.String()
}

// object is what a step is about, without what kind of thing it is and the innermost part of its name: steps about the same table stand together.
func object(key string) string {
	_, name, _ := strings.Cut(key, " ")
	return name
}
