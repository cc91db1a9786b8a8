package config

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2/unstable"
)

// folders are those that a setting of type Paths names. A mistake is noted.
func (l *loader) folders(key string) []Folder {
	g := l.first(l.setting(key), none)
	if g.rank != none {
		l.origins[key] = g.origin
	}
	var list []Folder
	each := g.each()
	for _, one := range each {
		text, ok := l.text(one)
		switch {
		case ok && text == "" && len(each) == 1:
			l.fail(one, "is empty", leftOut(g.setting))
		case ok && text == "":
			l.fail(one, "holds a path that is empty", "")
		}
		list = append(list, Folder{Given: text, Path: l.resolve(one, text)})
	}
	return list
}

// words are the entries of a setting of type Words. A mistake is noted.
func (l *loader) words(key string) []string {
	g := l.first(l.setting(key), none)
	if g.rank == none {
		return nil
	}
	l.origins[key] = g.origin
	var list []string
	for _, one := range g.each() {
		text, ok := l.text(one)
		if ok && text == "" {
			l.fail(one, "holds a text that is empty", "")
		}
		list = append(list, text)
	}
	return list
}

// oneOf is words of which each has to be one of those that are known.
func (l *loader) oneOf(key string, known ...string) []string {
	g := l.first(l.setting(key), none)
	list := l.words(key)
	for i, one := range g.each() {
		if i >= len(list) || list[i] == "" || slices.Contains(known, list[i]) {
			continue
		}
		hint := "known are " + strings.Join(known, ", ")
		if near := nearest(list[i], known); near != "" {
			hint = fmt.Sprintf("did you mean %q? %s", near, hint)
		}
		msg := "holds a word that it does not know"
		if plain(list[i]) && !one.expands() {
			msg = fmt.Sprintf("does not know %q", list[i])
		}
		l.fail(one, msg, hint)
	}
	return list
}

// each takes a list apart. A text of the file is one entry, whatever it holds.
func (g given) each() []given {
	var texts []string
	var items []*item
	switch {
	case g.item != nil && g.item.kind == unstable.Array:
		for i := range g.item.list {
			texts, items = append(texts, g.item.list[i].value), append(items, &g.item.list[i])
		}
	case g.item != nil, g.rank == none:
		return []given{g}
	default:
		texts = SplitList(g.text)
		items = make([]*item, len(texts))
	}
	all := make([]given, len(texts))
	for i := range texts {
		all[i] = g
		all[i].text, all[i].item = texts[i], items[i]
	}
	return all
}

// SplitList takes a list apart as it is written in flags and variables: commas part it, and blanks around an entry are none of it. A comma within an
// entry has a \ before it.
func SplitList(text string) []string {
	var list []string
	var entry strings.Builder
	end := func() {
		list = append(list, strings.TrimSpace(entry.String()))
		entry.Reset()
	}
	for i := 0; i < len(text); i++ {
		switch {
		case strings.HasPrefix(text[i:], `\,`):
			i++
			entry.WriteByte(',')
		case text[i] == ',':
			end()
		default:
			entry.WriteByte(text[i])
		}
	}
	end()
	return list
}
