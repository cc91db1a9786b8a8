package config

import (
	"maps"
	"slices"
	"strings"
)

// A Database says which database is meant, in one piece (URL), in parts, or both: then the parts override the URL's. A part
// that is not said is zero.
type Database struct {
	URL         Secret
	Driver      string // the kind of database, as a URL's scheme says it
	Host        string // or the path of a Unix socket
	Port        int
	User        string
	Password    Secret
	HasPassword bool // one was given, if only an empty one
	Name        string
	Params      map[string]Secret // secrets, because some drivers take passwords and keys among them
	// Dir is the folder against which a relative path of a database file is to be read, whether it comes from URL or from Name; ""
	// is the working directory.
	Dir string
}

// Configured reports whether anything says which database is meant. A user or a password alone does not.
func (d Database) Configured() bool {
	return d.URL != "" || d.Driver != "" || d.Host != "" || d.Name != ""
}

// database reads [database]. Whoever names a whole URL means that database and none that is half another: parts from sources
// of lower rank are set aside, or a DATABASE_URL would be led to the host in the file, and a file's password sent to another
// host. Whoever names a driver sets aside a URL of lower rank.
func (l *loader) database() Database {
	var d Database
	var least rank
	url, fromFile := l.secret("database.url")
	if driver := l.first(l.setting("database.driver"), none); url.rank > none && url.rank >= driver.rank {
		least = url.rank
		if text, ok := l.reveal(url, fromFile); ok {
			d.URL = Secret(text)
		}
		l.origins["database.url"] = url.origin
		d.Dir = l.folder(url)
	}
	d.Driver = l.part("database.driver", least)
	d.Host = l.part("database.host", least)
	d.Port, _ = readPort(l.part("database.port", least))
	d.User = l.part("database.user", least)
	if password, fromFile := l.secret("database.password"); password.rank > none && password.rank >= least {
		l.origins["database.password"] = password.origin
		if text, ok := l.reveal(password, fromFile); ok {
			d.Password, d.HasPassword = Secret(text), true
		}
	}
	if name := l.first(l.setting("database.name"), least); name.rank > none {
		d.Name = l.part("database.name", least)
		d.Dir = l.folder(name)
	}
	if d.Dir == "." {
		d.Dir = ""
	}
	d.Params = l.params(least)
	return d
}

// part gives the value of a setting that has no default, from sources of rank least and above.
func (l *loader) part(key string, least rank) string {
	g := l.first(l.setting(key), least)
	if g.rank == none {
		return ""
	}
	l.origins[key] = g.origin
	text, _ := l.valid(g)
	return text
}

// secret finds who says a setting that may also stand in a file of its own, and whether it does. An empty path is no path.
func (l *loader) secret(key string) (g given, fromFile bool) {
	direct := l.first(l.setting(key), none)
	var file given
	for _, g := range l.all(l.setting(key+"_file"), none) {
		if g.text != "" {
			file = g
			break
		}
	}
	switch {
	case file.rank == none || direct.rank > file.rank:
		return direct, false
	case direct.rank == file.rank:
		l.fail(file, "and "+direct.name()+" are both given", "keep one of them")
	}
	return file, true
}

// name is how a message calls a setting: as its source does.
func (g given) name() string {
	if g.item != nil {
		return g.setting.Key
	}
	return g.origin
}

// reveal reads a secret. False means a mistake was noted.
func (l *loader) reveal(g given, fromFile bool) (string, bool) {
	if fromFile {
		return l.content(g)
	}
	return l.text(g)
}

// params gathers database.params from the lowest rank up: a name that is said again is overridden, the others stay.
func (l *loader) params(least rank) map[string]Secret {
	set := l.setting(paramsKey)
	found := l.all(set, least)
	slices.Reverse(found)
	params := map[string]Secret{}
	for _, g := range found {
		more, err := readParams(g.text)
		if err != nil {
			l.fail(g, err.Error(), "write name=value&name=value")
		}
		maps.Copy(params, more)
	}
	for name, g := range l.fileParams(set, least) {
		if _, overridden := params[name]; overridden {
			continue
		}
		if text, ok := l.text(g); ok {
			params[name] = Secret(text)
		}
	}
	return params
}

// fileParams are the parameters in the file, unread, so that a variable in one that is overridden need not be set.
func (l *loader) fileParams(set Setting, least rank) map[string]given {
	params := map[string]given{}
	take := func(section string, r rank) {
		if r < least {
			return
		}
		for key, it := range l.sheet.values[section] {
			if name, ok := strings.CutPrefix(key, paramsKey+"."); ok {
				params[name] = given{setting: set, rank: r, text: it.value, item: &it}
			}
		}
	}
	if l.sheet != nil {
		take("", inFile)
	}
	if l.env != "" {
		take(l.env, inFileEnv)
	}
	return params
}
