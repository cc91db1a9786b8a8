package parser

import (
	"strings"
	"time"
)

// Format writes the file of a new revision: its header, and its sections' texts behind their markers. Reading it with Parse gives the same
// revision, but for the places. An error is one of reading a section's text.
func Format(r *Revision) (string, error) {
	var b strings.Builder
	line := func(key, value string) {
		b.WriteString(strings.TrimRight("-- "+key+": "+value, " ") + "\n")
	}
	list := func(key string, refs []Ref, always bool) {
		names := make([]string, len(refs))
		for i, ref := range refs {
			names[i] = ref.Name
		}
		if always || len(names) > 0 {
			line(key, strings.Join(names, ", "))
		}
	}
	line("revision", r.ID.Name)
	list("revises", r.Revises, true)
	for _, names := range replacedLines(r.Replaces) {
		line("replaces", names)
	}
	list("depends_on", r.DependsOn, false)
	list("labels", r.Labels, false)
	line("message", oneLine(r.Message))
	if r.Created != "" {
		line("created", r.Created)
	}
	for _, s := range settingWords(r.Settings) {
		line(s[0], s[1])
	}
	list("variables", r.Variables, false)
	for _, a := range r.Annotations {
		line(a.Key, oneLine(a.Value))
	}
	for _, s := range r.Sections {
		if !strings.HasSuffix(b.String(), "\n\n") {
			b.WriteString("\n")
		}
		b.WriteString("-- +" + s.Kind.String())
		if len(s.Dialects) > 0 {
			b.WriteString(" " + strings.Join(s.Dialects, ","))
		}
		for _, w := range settingWords(s.Settings.without(r.Settings)) {
			b.WriteString(" " + w[0] + "=" + w[1])
		}
		text, err := s.Text.String()
		if err != nil {
			return "", err
		}
		b.WriteString("\n" + text)
		if text != "" && !strings.HasSuffix(text, "\n") {
			b.WriteString("\n")
		}
	}
	return b.String(), nil
}

// oneLine makes one line of a text, for a header value ends with its line.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

func settingWords(s Settings) (words [][2]string) {
	toggle := func(key string, s Switch) {
		switch s {
		case On:
			words = append(words, [2]string{key, "on"})
		case Off:
			words = append(words, [2]string{key, "off"})
		}
	}
	toggle("transaction", s.Transaction)
	duration := func(key string, d *time.Duration) {
		if d != nil {
			words = append(words, [2]string{key, d.String()})
		}
	}
	duration("lock_timeout", s.LockTimeout)
	duration("statement_timeout", s.StatementTimeout)
	toggle("foreign_keys", s.ForeignKeys)
	return words
}
