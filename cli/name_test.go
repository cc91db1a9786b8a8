package cli

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

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
	f.Fuzz(func(t *testing.T, message, template string) {
		rev := &parser.Revision{ID: parser.Ref{Name: "ae1027"}, Message: message}
		name, err := fileName(rev, config.New{File: template, SlugLength: 40}, time.Unix(1795712573, 0).UTC())
		if err != nil {
			return
		}
		if !filepath.IsLocal(name) || !strings.HasSuffix(name, ".sql") || strings.Contains("/"+name, "/.") || strings.ContainsAny(name, "\\:*?\"<>|\x00\n") {
			t.Errorf("%q with %q gives %q", message, template, name)
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
		{"{slug", "x", `new.file: {slug is none of {day} {epoch} {hour} {minute} {month} {rev} {second} {slug} {year}`},
		{"{message}", "x", `new.file: {message} is none of {day} {epoch} {hour} {minute} {month} {rev} {second} {slug} {year}`},
		{"../{rev}", "x", `new.file gives "../ae1027", which is no name of a file that would be read`},
		{"/{rev}", "x", `new.file gives "/ae1027", which is no name of a file that would be read`},
		{".{rev}", "x", `new.file gives ".ae1027", which is no name of a file that would be read`},
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
