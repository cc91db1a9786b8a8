package parser

import "fmt"

// A TokenKind says what a Token is.
type TokenKind int

const (
	Word     TokenKind = iota // a name or keyword without quotes
	Quoted                    // a name in quotes
	String                    // a string of any kind
	Open                      // (
	Close                     // )
	Sign                      // a number, an operator, a comma, a semicolon, any other byte
	CodeMark                  // what begins or ends conditional code of MySQL
)

// A Token is a piece of SQL, without blanks and comments.
type Token struct {
	Kind       TokenKind
	Start, End int // offsets in the text
}

// Tokens cuts SQL into its tokens by the rules of a dialect. Semicolons are tokens as any other. It fails for text that a quote or a comment does not end in.
func Tokens(text string, d *Dialect) ([]Token, error) {
	scan := scanner{d: d, bytes: d.made().bytes, text: text, modes: defaultModes(d), gap: -1}
	list := make([]Token, 0, len(text)/5)
	for {
		tok := scan.next()
		t := Token{Start: tok.start, End: tok.end}
		switch tok.kind {
		case endToken:
			return list, nil
		case errorToken:
			return nil, fmt.Errorf("%s", scan.err.msg)
		case lineToken:
			continue
		case wordToken:
			t.Kind = Word
		case quotedToken:
			t.Kind = Quoted
		case stringToken, continuedToken:
			t.Kind = String
		case openToken:
			t.Kind = Open
		case closeToken:
			t.Kind = Close
		case markToken:
			t.Kind = CodeMark
		case terminatorToken:
			t.Kind = Sign
		default:
			t.Kind = Sign
		}
		if tok.end <= tok.start {
			return nil, fmt.Errorf("a token without a byte at offset %d", tok.start)
		}
		list = append(list, t)
	}
}
