package config

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/pelletier/go-toml/v2"
	"github.com/pelletier/go-toml/v2/unstable"
)

// fileName is what the configuration file is called.
const fileName = "migrate.toml"

// A document is a configuration file taken apart: every key with its place.
type document struct {
	name  string // for messages
	text  []byte
	items []item
}

// An item is a table's header, or a key with its value.
type item struct {
	path   []part
	kind   unstable.Kind // Table, ArrayTable and InlineTable for tables
	value  string        // of a string, decoded; of anything else as it is written
	source string        // of the value, as it stands in the file
	at     int           // where source starts, in bytes
	list   []item        // of a list: its elements, with its path
}

// A part is one name of a dotted key.
type part struct {
	name string
	at   int // in bytes
}

// find looks for the file in dir and the folders above it. It returns the path by which dir sees it, or "" if there is none.
func find(dir string) (string, error) {
	start, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	for at := start; ; at = filepath.Dir(at) {
		file := filepath.Join(at, fileName)
		// A folder above that we may not look into is none of ours.
		if _, err := os.Stat(file); err == nil {
			return filepath.Rel(start, file)
		}
		if at == filepath.Dir(at) {
			return "", nil
		}
	}
}

// read takes the file at path apart; name is how messages call it. A mistake is a List.
func read(path, name string) (*document, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, List{{File: name, Msg: plainly(err)}}
	}
	text = bytes.TrimPrefix(text, []byte("\ufeff"))
	d := &document{name: name, text: text}
	if bytes.HasPrefix(text, []byte{0xff, 0xfe}) || bytes.HasPrefix(text, []byte{0xfe, 0xff}) || bytes.IndexByte(text, 0) >= 0 {
		return nil, List{{File: name, Line: 1, Col: 1, Msg: "the file is not UTF-8, it looks like UTF-16", Hint: "save it as UTF-8"}}
	}
	// The decoder knows TOML's rules in full (a key given twice, a table opened again); what it decodes is not used, because
	// only the syntax tree has the place of every key.
	var all map[string]any
	if err := toml.Unmarshal(text, &all); err != nil {
		return nil, List{d.syntaxError(err)}
	}
	d.flatten()
	return d, nil
}

// plainly says in a few words why a file cannot be read. The path is not among them.
func plainly(err error) string {
	var path *fs.PathError
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "there is no such file"
	case errors.Is(err, fs.ErrPermission):
		return "the file may not be read by this user"
	case errors.As(err, &path):
		return "the file cannot be read: " + path.Err.Error()
	}
	return "the file cannot be read"
}

// quoted matches the character that go-toml shows in a message: it may be the first of a password whose quotes were forgotten.
var quoted = form(`(?: but got|:)? U\+[0-9A-F]+(?: '.*')?`)

func (d *document) syntaxError(err error) *Error {
	var at *toml.DecodeError
	if !errors.As(err, &at) {
		return &Error{File: d.name, Msg: "the file is not valid TOML"}
	}
	line, col := at.Position()
	e := &Error{File: d.name, Line: line, Col: col, Msg: quoted().ReplaceAllString(strings.TrimPrefix(at.Error(), "toml: "), "")}
	// A quoted key may hold a line end, and go-toml shows keys as they are.
	e.Msg = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, e.Msg)
	if strings.HasSuffix(e.Msg, "at start of value") {
		e.Hint = "text stands in quotes"
	}
	lines := bytes.Split(d.text, []byte("\n"))
	if line <= len(lines) {
		e.Col = 1 + utf8.RuneCount(lines[line-1][:min(col-1, len(lines[line-1]))])
	}
	return e
}

// flatten lists all tables and keys of a text that is known to be valid.
func (d *document) flatten() {
	var p unstable.Parser
	p.Reset(d.text)
	var table []part
	for p.NextExpression() {
		e := p.Expression()
		switch e.Kind {
		case unstable.Table, unstable.ArrayTable:
			table = keyParts(nil, e)
			d.items = append(d.items, item{path: table, kind: e.Kind})
		case unstable.KeyValue:
			d.add(&p, table, e)
		}
	}
}

// add appends a key with its value, and those of an inline table.
func (d *document) add(p *unstable.Parser, table []part, n *unstable.Node) {
	v := n.Value()
	it := item{
		path:   keyParts(table, n),
		kind:   v.Kind,
		value:  string(v.Data),
		source: string(p.Raw(v.Raw)),
		at:     int(v.Raw.Offset),
	}
	if v.Kind == unstable.Integer {
		// The notations of TOML (0x1538, 5_432) are those of base 0.
		if i, err := strconv.ParseInt(it.value, 0, 64); err == nil {
			it.value = strconv.FormatInt(i, 10)
		}
	}
	if v.Kind == unstable.Array {
		for c := v.Children(); c.Next(); {
			e := c.Node()
			it.list = append(it.list, item{path: it.path, kind: e.Kind, value: string(e.Data), source: string(p.Raw(e.Raw)), at: int(e.Raw.Offset)})
		}
	}
	d.items = append(d.items, it)
	if v.Kind == unstable.InlineTable {
		for c := v.Children(); c.Next(); {
			d.add(p, it.path, c.Node())
		}
	}
}

// keyParts returns table's parts and behind them those of a node's key, in a slice of its own.
func keyParts(table []part, n *unstable.Node) []part {
	parts := append([]part(nil), table...)
	for k := n.Key(); k.Next(); {
		parts = append(parts, part{string(k.Node().Data), int(k.Node().Raw.Offset)})
	}
	return parts
}

// place returns the line and column of a byte.
func (d *document) place(at int) (line, col int) {
	before := d.text[:at]
	start := bytes.LastIndexByte(before, '\n') + 1
	return 1 + bytes.Count(before, []byte("\n")), 1 + utf8.RuneCount(before[start:])
}

// fail makes an Error about a byte.
func (d *document) fail(at int, msg, hint string) *Error {
	line, col := d.place(at)
	return &Error{File: d.name, Line: line, Col: col, Msg: msg, Hint: hint}
}
