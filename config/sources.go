package config

import (
	"os"
	"path/filepath"
	"strings"
)

// A rank orders the sources of a value: the higher wins.
type rank int

const (
	none      rank = iota // the default
	inFile                // the file outside of [env.…]
	inFileEnv             // the file's [env.NAME] that is chosen
	inPlain               // a variable that is not ours alone: DATABASE_URL
	inOwn                 // a variable REVISE_…
	byFlag
)

// A given is what one source says about one setting, not yet expanded.
type given struct {
	setting Setting
	rank    rank
	text    string
	origin  string // "--lock-wait", "REVISE_LOCK_WAIT", "migrate.toml:3:1"
	item    *item  // where it stands, if it does in the file
}

// sources is where values come from. Mistakes gather in errs.
type sources struct {
	flags  map[string]string
	lookup func(string) (string, bool)
	sheet  *sheet // nil without a file
	env    string // the chosen environment
	dir    string // against which paths from flags and variables are read
	base   string // the same for paths in the file and for defaults
	errs   List
}

// all returns what the sources of rank least and above say about a setting, the winner first. This is the one place that
// decides precedence: flag, then environment (REVISE_… before others), then the file (the chosen environment before the rest).
// A variable that is empty says nothing; a flag that is empty does.
func (s *sources) all(set Setting, least rank) []given {
	var found []given
	add := func(g given) {
		if g.rank >= least {
			g.setting = set
			found = append(found, g)
		}
	}
	if text, ok := s.flags[set.Flag]; ok {
		add(given{rank: byFlag, text: text, origin: "--" + set.Flag})
	}
	for i, name := range set.Env {
		if text, _ := s.lookup(name); text != "" {
			r := inOwn
			if i > 0 {
				r = inPlain
			}
			add(given{rank: r, text: text, origin: name})
		}
	}
	if s.sheet == nil || set.Key == "" {
		return found
	}
	if it, ok := s.sheet.values[s.env][set.Key]; ok && s.env != "" {
		add(given{rank: inFileEnv, text: it.value, origin: s.originOf(it), item: &it})
	}
	if it, ok := s.sheet.values[""][set.Key]; ok {
		add(given{rank: inFile, text: it.value, origin: s.originOf(it), item: &it})
	}
	return found
}

func (s *sources) originOf(it item) string {
	return strings.TrimSuffix(s.sheet.doc.fail(it.path[len(it.path)-1].at, "", "").Error(), ": ")
}

// first returns the winner for a setting, or a given of rank none that holds the default.
func (s *sources) first(set Setting, least rank) given {
	if found := s.all(set, least); len(found) > 0 {
		return found[0]
	}
	return given{setting: set, text: set.Default, origin: "default"}
}

// fail notes a mistake in what a source says. msg goes on behind the setting's name and holds no value.
func (s *sources) fail(g given, msg, hint string) {
	if g.item == nil {
		s.errs = append(s.errs, &Error{Msg: g.origin + " " + msg, Hint: hint})
		return
	}
	at := g.item.path[len(g.item.path)-1].at
	s.errs = append(s.errs, s.sheet.doc.fail(at, g.setting.Key+" "+msg, hint))
}

// text gives what g says with the variables of the file replaced. False means a mistake was noted.
func (s *sources) text(g given) (string, bool) {
	if !g.expands() {
		return g.text, true
	}
	out, at, wrong, hint := expand(g.text, s.lookup)
	if wrong == "" {
		return out, true
	}
	// Where the value is written without escapes, the place is that of the very ${.
	place := g.item.at
	if i := strings.Index(g.item.source, g.text); i >= 0 {
		place += i + at
	}
	s.errs = append(s.errs, s.sheet.doc.fail(place, g.setting.Key+" "+wrong, hint))
	return "", false
}

// expands reports whether g is text of the file that may hold variables.
func (g given) expands() bool { return g.item != nil && strings.Contains(g.text, "${") }

// valid gives what g says if it is a value of the setting's type. False means a mistake was noted.
func (s *sources) valid(g given) (string, bool) {
	text, ok := s.text(g)
	if !ok {
		return "", false
	}
	if msg, hint := g.setting.Type.wrong(text); msg != "" {
		s.fail(g, msg, hint)
		return "", false
	}
	return text, true
}

// folder is the one against which a relative path that g says is to be read; "" is the working directory.
func (s *sources) folder(g given) string {
	if g.item != nil || g.rank == none {
		return s.base
	}
	return s.dir
}

// resolve reads a path that g says.
func (s *sources) resolve(g given, path string) string {
	if filepath.IsAbs(path) {
		return filepath.Clean(path)
	}
	return filepath.Join(s.folder(g), path)
}

// content reads the file that g names, without one line end at its end, as tools that write secrets to files leave it.
// False means a mistake was noted; it does not show the path, in whose place people put the secret itself.
func (s *sources) content(g given) (string, bool) {
	path, ok := s.text(g)
	if !ok {
		return "", false
	}
	data, err := os.ReadFile(s.resolve(g, path))
	if err != nil {
		s.fail(g, "cannot be followed: "+plainly(err), "")
		return "", false
	}
	text, cut := strings.CutSuffix(string(data), "\n")
	if cut {
		text = strings.TrimSuffix(text, "\r")
	}
	if text == "" {
		s.fail(g, "names a file that is empty", "")
		return "", false
	}
	return text, true
}
