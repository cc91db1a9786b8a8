package parser

import (
	"slices"
	"strings"
)

// A head is what the beginning of a statement says of it. That of most is zero: they end at their first terminator, are Plain, and change nothing.
type head struct {
	grammar  bool // what follows decides where the statement ends
	modes    bool // it may change the modes
	patterns []headPattern
}

// A firstWord is the head of the statements that begin with a word.
type firstWord struct {
	head
	command bool // it may be one for the database's own client
	// seconds are the words of which one has to come next for grammar and patterns to matter; nil if anything may.
	seconds []secondWord
}

// A secondWord is what is left of a head when it is known what follows the first word.
type secondWord struct {
	word     uint64 // packed
	grammar  bool
	patterns []headPattern
}

// second is the entry of a word, which is made if there is none.
func (f *firstWord) second(word uint64) *secondWord {
	i := slices.IndexFunc(f.seconds, func(s secondWord) bool { return s.word == word })
	if i < 0 {
		i = len(f.seconds)
		f.seconds = append(f.seconds, secondWord{word: word})
	}
	return &f.seconds[i]
}

// followed is the head of a statement that goes on with a word.
func (f *firstWord) followed(word uint64) head {
	for i := range f.seconds {
		if s := &f.seconds[i]; s.word == word {
			return head{s.grammar, f.modes, s.patterns}
		}
	}
	return head{modes: f.modes}
}

// A headPattern is a ClassPattern without its first word, with or without what may be left out.
type headPattern struct {
	word  string
	rest  []element
	needs string // where rest looks far: a word that must be there, "" if there is none
	class Class
}

// An element fits a token: one of the words, or by one of the signs any, many and last.
type element struct {
	sign   byte
	words  []string
	packed []uint64
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
		e := element{}
		switch word {
		case "*", "$", "...":
			e.sign = word[0]
		default:
			e.words = strings.Split(word, "|")
		}
		for _, w := range e.words {
			e.packed = append(e.packed, packWord(w))
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
func headTable(d *Dialect) map[uint64]*firstWord {
	heads := make(map[uint64]*firstWord, 32)
	open := map[uint64]bool{} // those that anything may follow
	of := func(word string) *firstWord {
		key := packWord(word)
		if heads[key] == nil {
			heads[key] = &firstWord{}
		}
		return heads[key]
	}
	grammar := func(word string, next ...string) {
		h := of(word)
		h.grammar = true
		for _, w := range next {
			h.second(packWord(w)).grammar = true
		}
		if len(next) == 0 {
			open[packWord(word)] = true
		}
	}
	modes := func(words ...string) {
		for _, w := range words {
			of(w).modes = true
		}
	}
	for _, w := range d.ClientCommands {
		of(w).command = true
	}
	if d.Delimiters {
		of("DELIMITER").command = true
	}
	if d.CopyData {
		grammar("COPY")
	}
	switch d.Bodies {
	case AtomicBodies:
		grammar("CREATE", "OR", "FUNCTION", "PROCEDURE")
	case TriggerBodies:
		grammar("CREATE", "TEMP", "TEMPORARY", "TRIGGER", "VIRTUAL")
		grammar("EXPLAIN")
	case ProgramBodies:
		grammar("CREATE", "OR", "DEFINER", "AGGREGATE", "PROCEDURE", "FUNCTION", "LIBRARY", "TRIGGER", "EVENT", "PACKAGE")
		grammar("ALTER", "DEFINER", "EVENT")
		grammar("SET", "STATEMENT")
		for _, w := range []string{"BEGIN", "IF", "CASE", "LOOP", "WHILE", "REPEAT", "FOR", "DECLARE"} {
			grammar(w)
		}
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
				h, p := of(word), headPattern{word, list, needed(list), c.Class}
				h.patterns = append(h.patterns, p)
				if len(list) == 0 || list[0].sign != 0 {
					open[packWord(word)] = true
					continue
				}
				for _, next := range list[0].packed {
					s := h.second(next)
					s.patterns = append(s.patterns, p)
				}
			}
		}
	}
	for key := range open {
		heads[key].seconds = nil
	}
	return heads
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
	bytes *[256]byteClass
	skims *skimTable
	heads map[uint64]*firstWord
}

func (d *Dialect) made() *tables {
	d.once.Do(func() {
		bytes := byteClasses(d)
		d.tables = tables{bytes: bytes, skims: skimClasses(d, bytes, modes{}), heads: headTable(d)}
	})
	return &d.tables
}

// packWord makes a number of a word, alike in any case. Words of more than eight bytes with the same beginning make the same number.
func packWord(word string) uint64 {
	var n uint64
	for i := range min(len(word), 8) {
		n = n<<8 | uint64(word[i]&^0x20)
	}
	return n
}
