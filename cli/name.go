package cli

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"revise/config"
	"revise/parser"
)

// tokens are what names and templates of new files may hold in braces.
func tokens(rev *parser.Revision, slugLength int, now time.Time) map[string]string {
	return map[string]string{
		"rev": rev.ID.Name, "slug": slug(rev.Message, slugLength), "message": rev.Message, "epoch": fmt.Sprint(now.Unix()),
		"year": now.Format("2006"), "month": now.Format("01"), "day": now.Format("02"),
		"hour": now.Format("15"), "minute": now.Format("04"), "second": now.Format("05"),
	}
}

// slug is the words of a message as a file's name may hold them.
func slug(message string, longest int) string {
	inWord := false
	s := strings.Map(func(r rune) rune {
		inWord = unicode.IsLetter(r) || unicode.IsDigit(r) || inWord && unicode.IsMark(r) // a mark belongs to the letter before it
		if inWord {
			return unicode.ToLower(r)
		}
		return ' '
	}, message)
	s = strings.Join(strings.Fields(s), "_")
	if runes := []rune(s); len(runes) > longest {
		s = strings.TrimRight(string(runes[:longest]), "_")
	}
	return s
}

// filled replaces the tokens of a text. A word in braces that is none stays, or is a mistake.
func filled(text string, with map[string]string, strict bool) (string, error) {
	var b strings.Builder
	for {
		before, rest, ok := strings.Cut(text, "{")
		b.WriteString(before)
		if !ok {
			return b.String(), nil
		}
		name, after, closed := strings.Cut(rest, "}")
		value, known := with[name]
		switch {
		case closed && known:
			b.WriteString(value)
			text = after
		case strict:
			return "", fmt.Errorf("{%s is none of {%s}", rest, strings.Join(slices.Sorted(maps.Keys(with)), "} {"))
		default:
			b.WriteByte('{')
			text = rest
		}
	}
}

// fileName is where a new revision goes below the folder, with slashes.
func fileName(rev *parser.Revision, cfg config.New, now time.Time) (string, error) {
	with := tokens(rev, cfg.SlugLength, now)
	delete(with, "message")
	name, err := filled(cfg.File, with, true)
	if err != nil {
		return "", usagef("see new.file in docs/configuration.md", "new.file: %v", err)
	}
	parts := strings.Split(strings.TrimSuffix(name, ".sql"), "/")
	for i, part := range parts {
		part = offDevice(strings.TrimRight(part, "_-. "))
		if part == "" || strings.HasPrefix(part, ".") || strings.ContainsAny(part, `\:*?"<>|`) || strings.ContainsFunc(part, unicode.IsControl) || !utf8.ValidString(part) {
			return "", usagef("see new.file in docs/configuration.md", "new.file gives %q, which is no name of a file that would be read everywhere", name)
		}
		if len(part)+len(".sql") > longestName {
			return "", usagef("new.slug_length makes it shorter", "new.file gives a name of %d bytes, where %d are possible: %s", len(part)+len(".sql"), longestName, part)
		}
		parts[i] = part
	}
	return strings.Join(parts, "/") + ".sql", nil
}

// longestName is how many bytes a name may have on nearly every file system.
const longestName = 255

// offDevice changes a name that Windows takes for a device, whatever stands behind its dot.
func offDevice(name string) string {
	stem, rest, dot := strings.Cut(name, ".")
	device := strings.ToUpper(strings.TrimRight(stem, " "))
	numbered := []rune(device)
	if !slices.Contains([]string{"CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"}, device) &&
		(len(numbered) != 4 || device[:3] != "COM" && device[:3] != "LPT" || !strings.ContainsRune("0123456789¹²³", numbered[3])) {
		return name
	}
	if !dot {
		return stem + "_"
	}
	return stem + "_." + rest
}

// fromTemplate is the text of a new file: its header, and behind it the template's text; sections of our own if that has none.
func fromTemplate(rev *parser.Revision, cfg config.New, now time.Time) (string, error) {
	if cfg.Template == "" {
		return parser.Format(rev)
	}
	template, err := os.ReadFile(cfg.Template)
	if err != nil {
		return "", usagef("", "new.template: %v", err)
	}
	with := tokens(rev, cfg.SlugLength, now)
	with["message"] = strings.Join(strings.Fields(rev.Message), " ")
	text, err := filled(strings.ReplaceAll(string(template), "\r\n", "\n"), with, false)
	if err != nil {
		return "", err
	}
	header := *rev
	header.Sections = nil
	head, err := parser.Format(&header)
	if err != nil {
		return "", err
	}
	if text != "" && !strings.HasSuffix(text, "\n") {
		text += "\n"
	}
	if !strings.Contains("\n"+text, "\n-- +") {
		ours := *rev
		whole, err := parser.Format(&ours)
		if err != nil {
			return "", err
		}
		text += strings.TrimPrefix(whole, head)
	}
	return head + text, nil
}
