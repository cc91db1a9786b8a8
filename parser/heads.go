package parser

import "strings"

// A head is what the first word of a statement may mean. The zero head is that of most: the statement ends at its first terminator, is Plain, and
// changes nothing.
type head struct {
	grammar  bool // what follows decides where the statement ends
	modes    bool // it may change the modes
	patterns []headPattern
}

// A headPattern is a ClassPattern without its first word, with or without what may be left out.
type headPattern struct {
	word   string
	rest   []element
	second []uint64 // the words that rest begins with, packed; nil if it may begin otherwise
	needs  string   // where rest looks far: a word that must be there, "" if there is none
	class  Class
}

// An element fits a token: one of the words, or by one of the signs any, many and last.
type element struct {
	sign  byte
	words []string
}

const (
	anyToken   = '*'
	manyTokens = '.'
	lastToken  = '$'
)

// elements reads the pattern behind its first word. Each "[…]" doubles it.
func elements(pattern string) [][]element {
	before, optional, has := strings.Cut(pattern, "[")
	all := [][]element{nil}
	for word := range strings.FieldsSeq(before) {
		e := element{words: strings.Split(word, "|")}
		switch word {
		case "*", "$", "...":
			e = element{sign: word[0]}
		}
		all[0] = append(all[0], e)
	}
	if !has {
		return all
	}
	optional, after, _ := strings.Cut(optional, "]")
	first := all[0]
	all = nil
	for _, rest := range append(elements(optional+after), elements(after)...) {
		all = append(all, append(first[:len(first):len(first)], rest...))
	}
	return all
}

// headTable holds the first words of statements that need a closer look, packed.
func headTable(d *Dialect) map[uint64]head {
	heads := make(map[uint64]head, 32)
	change := func(word string, f func(*head)) {
		key := packWord(word)
		h := heads[key]
		f(&h)
		heads[key] = h
	}
	grammar := func(words ...string) {
		for _, w := range words {
			change(w, func(h *head) { h.grammar = true })
		}
	}
	modes := func(words ...string) {
		for _, w := range words {
			change(w, func(h *head) { h.modes = true })
		}
	}
	if d.CopyData {
		grammar("COPY")
	}
	switch d.Bodies {
	case AtomicBodies:
		grammar("CREATE")
	case TriggerBodies:
		grammar("CREATE", "EXPLAIN")
	case ProgramBodies:
		grammar("CREATE", "ALTER", "BEGIN", "IF", "CASE", "LOOP", "WHILE", "REPEAT", "FOR", "DECLARE", "SET")
	}
	switch d.Modes {
	case StandardStrings:
		modes("SET", "RESET", "DISCARD")
	case SQLMode:
		modes("SET")
	}
	for _, c := range d.Classes {
		words, rest, _ := strings.Cut(c.Pattern, " ")
		for word := range strings.SplitSeq(words, "|") {
			for _, list := range elements(rest) {
				change(word, func(h *head) {
					h.patterns = append(h.patterns, headPattern{word, list, packed(list), needed(list), c.Class})
				})
			}
		}
	}
	return heads
}

func packed(list []element) (words []uint64) {
	if len(list) == 0 {
		return nil
	}
	for _, w := range list[0].words {
		words = append(words, packWord(w))
	}
	return words
}

// needed is the last word of a pattern with "..." that has no alternative.
func needed(list []element) (word string) {
	far := false
	for _, e := range list {
		far = far || e.sign == manyTokens
		if len(e.words) == 1 {
			word = e.words[0]
		}
	}
	if !far {
		return ""
	}
	return word
}

// tables are what is made of a Dialect once, for its first use.
type tables struct {
	bytes, skims *[256]byteClass
	heads        map[uint64]head
}

func (d *Dialect) made() *tables {
	d.once.Do(func() {
		bytes := byteClasses(d)
		d.tables = tables{bytes: bytes, skims: skimClasses(d, bytes, modes{}), heads: headTable(d)}
	})
	return &d.tables
}

// unknownHead is that of a statement that does not begin with a word: it is looked at for everything but a class.
func unknownHead() head { return head{grammar: true, modes: true} }

// packWord makes a number of a word, alike in any case. Words of more than eight bytes with the same beginning make the same number.
func packWord(word string) uint64 {
	var n uint64
	for i := range min(len(word), 8) {
		n = n<<8 | uint64(word[i]&^0x20)
	}
	return n
}
