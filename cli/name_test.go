package cli

import (
	"io/fs"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"revise/config"
	"revise/parser"
)

// Whatever a message holds, the file lies below the folder, is read, and keeps its id.
func FuzzFileName(f *testing.F) {
	for _, message := range []string{"add title", "", "../../etc/passwd", "con", "größe 漢字 🙂", "a/b\\c:d", "..", strings.Repeat("long ", 100), "\x00\x1b[31m", "{rev}{slug"} {
		f.Add(message, "{rev}_{slug}")
		f.Add(message, "{year}/{month}/{day}-{slug}-{rev}")
	}
	f.Add("x", "../{rev}")
	for _, template := range []string{"{slug}", "{slug}/{slug}.{rev}", "{rev}.sql", "{slug}.sql/{rev}", "{slug} .x", "\xff{rev}"} {
		for _, message := range []string{"con", "NUL", "Com1", "lpt¹", "conin$", "e\u0301 हिन्दी", strings.Repeat("𐐀", 300)} {
			f.Add(message, template)
		}
	}
	f.Fuzz(func(t *testing.T, message, template string) {
		rev := &parser.Revision{ID: parser.Ref{Name: "ae1027"}, Message: message}
		name, err := fileName(rev, config.New{File: template, SlugLength: 40}, time.Unix(1795712573, 0).UTC())
		if err != nil {
			return
		}
		if why := unportable(name); why != "" {
			t.Errorf("%q with %q gives %q, which %s", message, template, name, why)
		}
		if strings.Contains(template, "{rev}") && !strings.Contains(name, "ae1027") {
			t.Errorf("%q with %q gives %q, without the id", message, template, name)
		}
	})
}

func TestFileName(t *testing.T) {
	now := time.Date(2026, 11, 26, 7, 5, 9, 0, time.UTC)
	for _, c := range []struct{ template, message, want string }{
		{"{rev}_{slug}", "Add Title, to \"orders\"!", "ae1027_add_title_t.sql"},
		{"{rev}_{slug}", "!!!", "ae1027.sql"},
		{"{year}/{month}/{day}_{hour}{minute}{second}_{rev}", "x", "2026/11/26_070509_ae1027.sql"},
		{"{epoch}-{slug}", strings.Repeat("abc ", 30), "1795676709-abc_abc_abc.sql"},
		{"{rev}.sql", "x", "ae1027.sql"},
		{"{slug}", "con", "con_.sql"},
		{"{slug}.{rev}", "Com1", "com1_.ae1027.sql"},
		{"{slug}/{rev}", "nul", "nul_/ae1027.sql"},
		{"{slug}", "come", "come.sql"},
		{"{slug}", "é̂té, हिन्दी", "é̂té_हिन्दी.sql"},
		{"{slug}" + strings.Repeat("x", 250), "y", "y" + strings.Repeat("x", 250) + ".sql"},
		{"{slug}" + strings.Repeat("x", 251), "y", "new.file gives a name of 256 bytes, where 255 are possible: y" + strings.Repeat("x", 251)},
		{"\xff{rev}", "x", `new.file gives "\xffae1027", which is no name of a file that would be read everywhere`},
		{"{slug", "x", `new.file: {slug is none of {day} {epoch} {hour} {minute} {month} {rev} {second} {slug} {year}`},
		{"{message}", "x", `new.file: {message} is none of {day} {epoch} {hour} {minute} {month} {rev} {second} {slug} {year}`},
		{"../{rev}", "x", `new.file gives "../ae1027", which is no name of a file that would be read everywhere`},
		{"/{rev}", "x", `new.file gives "/ae1027", which is no name of a file that would be read everywhere`},
		{".{rev}", "x", `new.file gives ".ae1027", which is no name of a file that would be read everywhere`},
	} {
		got, err := fileName(&parser.Revision{ID: parser.Ref{Name: "ae1027"}, Message: c.message}, config.New{File: c.template, SlugLength: 11}, now)
		if err != nil {
			got = err.Error()
		}
		if got != c.want {
			t.Errorf("%q with %q: %q, want %q", c.message, c.template, got, c.want)
		}
	}
}

// unportable says why a path is none that every system allows and that is read, by rules of its own.
func unportable(name string) string {
	devices := map[string]bool{"CON": true, "PRN": true, "AUX": true, "NUL": true, "CONIN$": true, "CONOUT$": true}
	for _, n := range "0123456789¹²³" {
		devices["COM"+string(n)], devices["LPT"+string(n)] = true, true
	}
	if !fs.ValidPath(name) || !filepath.IsLocal(filepath.FromSlash(name)) || !utf8.ValidString(name) || !strings.HasSuffix(name, ".sql") {
		return "is no relative path of a SQL file"
	}
	for part := range strings.SplitSeq(name, "/") {
		first, _, _ := strings.Cut(part, ".")
		switch {
		case part == ".sql":
			return "has an empty name"
		case strings.HasPrefix(part, "."):
			return "is hidden"
		case strings.HasSuffix(part, "."), strings.HasSuffix(part, " "):
			return "ends in what Windows drops"
		case len(part) > 255:
			return "is too long"
		case devices[strings.ToUpper(strings.TrimRight(first, " "))]:
			return "is a device"
		case strings.ContainsFunc(part, unicode.IsControl), strings.ContainsAny(part, `<>:"|?*\`):
			return "holds a character that Windows does not allow"
		}
	}
	return ""
}
