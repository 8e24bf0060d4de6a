package sshserver

import (
	"strings"
	"unicode/utf8"
)

// shellCommands splits a line as a shell does: into simple commands, at ; & | and line
// ends, and at parentheses between words; and each of these into words. No command is
// empty. Every line is valid: a quote that is not closed, or stands between letters as in
// "don't", is an apostrophe. A backslash before a letter belongs to a Windows path.
func shellCommands(line string) (commands [][]string) {
	var words []string
	var word []byte
	inWord := false
	endWord := func() {
		if inWord {
			words = append(words, string(word))
		}
		word, inWord = word[:0], false
	}
	for i := 0; i < len(line); i++ {
		switch c := line[i]; {
		case c == ' ', c == '\t':
			endWord()
			continue
		case strings.IndexByte(";&|\n\r", c) >= 0, c == '(' && !inWord, c == ')' && !inWord:
			endWord()
			if len(words) > 0 {
				commands, words = append(commands, words), nil
			}
			continue
		case c == '\'', c == '"':
			if end := closing(line, i); end > 0 {
				word, inWord, i = append(word, line[i+1:end]...), true, end
				continue
			}
		case c == '\\':
			if i+1 < len(line) && !isLetter(line[i+1]) {
				i++
			}
		}
		word, inWord = append(word, line[i]), true
	}
	endWord()
	if len(words) > 0 {
		commands = append(commands, words)
	}
	return commands
}

// closing returns the index at which the quote at i of line is closed, or 0 if it is an
// apostrophe.
func closing(line string, i int) int {
	quote := line[i]
	if quote == '\'' && i > 0 && isLetter(line[i-1]) && i+1 < len(line) && isLetter(line[i+1]) {
		return 0
	}
	for at := i + 1; at < len(line); at++ {
		switch {
		case line[at] == quote:
			return at
		case line[at] == '\\' && quote == '"':
			at++
		}
	}
	return 0
}

// isLetter reports whether a byte is a letter or a digit, or a part of one.
func isLetter(c byte) bool {
	return c >= utf8.RuneSelf || strings.IndexByte("0123456789", c) >= 0 || c|0x20 >= 'a' && c|0x20 <= 'z'
}
