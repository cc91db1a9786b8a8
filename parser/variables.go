package parser

import (
	"fmt"
	"slices"
	"strings"
)

// A Form says how the value of a variable is written into a statement.
type Form int

const (
	Verbatim   Form = iota // ${name}: as it is
	AsLiteral              // ${name:literal}: as a string
	AsIdent                // ${name:ident}: as a quoted name
	dollarSign             // ${$}: no variable, but a dollar sign
)

// forms are the words of the forms, in their order.
func forms() []string { return []string{"", "literal", "ident"} }

// A Placeholder stands in a statement for the value of a variable.
type Placeholder struct {
	Name     string
	Form     Form
	Pos      Position
	from, to int // in the statement's text
}

// String is the placeholder as it stands in the file.
func (p Placeholder) String() string {
	switch p.Form {
	case dollarSign:
		return "${$}"
	case Verbatim:
		return "${" + p.Name + "}"
	}
	return "${" + p.Name + ":" + forms()[p.Form] + "}"
}

// variables reads the header's list of them.
func (p *fileParser) variables(value string, at Position) {
	p.rev.Variables = nil
	if value == "" {
		p.errs.Add(at, "variables names nothing here")
		return
	}
	for ref := range named(value, at) {
		switch {
		case !isVariable(ref.Name):
			e := p.errs.Add(ref.Pos, "%q cannot be the name of a variable", ref.Name)
			e.Hint = "letters, digits and _ are allowed, no digit at the beginning, names are separated by commas"
		case Names(p.rev.Variables, ref.Name):
			p.errs.Add(ref.Pos, "the variable %q is declared twice", ref.Name)
		default:
			p.rev.Variables = append(p.rev.Variables, ref)
		}
	}
}

// isVariable reports whether a word can be the name of a variable.
func isVariable(s string) bool {
	for i := 0; i < len(s); i++ {
		if c := s[i]; !isLetter(c) && c != '_' && (i == 0 || !isDigit(c)) {
			return false
		}
	}
	return s != "" && len(s) <= maxID
}

// Placeholders finds those of the statement given last, in a file that declares variables. A mistake is an ErrorList: a placeholder that is none, or
// names no variable of the list, or stands where no value can.
func (s *Splitter) Placeholders(st Statement, variables []Ref) ([]Placeholder, error) {
	var list []Placeholder
	var errs ErrorList
	pos, counted := st.Pos, 0
	for at := 0; ; {
		i := strings.Index(st.Text[at:], "${")
		if i < 0 {
			break
		}
		from := at + i
		pos, counted = pos.Advance(st.Text[counted:from]), from
		p := Placeholder{Pos: pos, from: from, to: from + len("${")}
		if msg, hint := p.read(st.Text[p.to:], variables); msg != "" {
			errs.Add(pos, "%s", msg).Hint = hint
		} else {
			list = append(list, p)
		}
		at = p.to
	}
	if len(list) > 0 {
		s.misplaced(st, list, &errs)
	}
	return list, errs.Err()
}

// read reads the text behind "${", and says what is wrong with it.
func (p *Placeholder) read(text string, variables []Ref) (msg, hint string) {
	const spelling = "write ${name}, ${name:literal} or ${name:ident}; ${$} stands for a $"
	end := strings.IndexAny(text, "}\n")
	if end < 0 || text[end] != '}' {
		return "a ${ without its }", spelling
	}
	inner := text[:end]
	name, form, _ := strings.Cut(inner, ":")
	switch i := slices.Index(forms(), form); {
	case inner == "$":
		p.Form = dollarSign
	case !isVariable(name):
		return "a ${…} that names no variable", spelling
	case i < 0 || inner != name && form == "":
		if near := nearest(form, forms()[1:], 2); near != "" {
			return fmt.Sprintf("%q is no form of a value", form), fmt.Sprintf("did you mean ${%s:%s}?", name, near)
		}
		return fmt.Sprintf("%q is no form of a value", form), spelling
	case !Names(variables, name):
		known := make([]string, len(variables))
		for i, v := range variables {
			known[i] = v.Name
		}
		if near := nearest(name, known, 2); near != "" {
			return fmt.Sprintf("the variable %q is not declared", name), fmt.Sprintf("did you mean %q?", near)
		}
		return fmt.Sprintf("the variable %q is not declared", name), "the header has to: -- variables: " + strings.Join(append(known, name), ", ")
	default:
		p.Name, p.Form = name, Form(i)
	}
	p.to += end + 1
	return "", ""
}
