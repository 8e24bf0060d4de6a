package safetext

import (
	"bufio"
	"compress/gzip"
	"os"
	"strconv"
	"strings"
	"sync"

	"golang.org/x/text/unicode/norm"
)

// unicodeSays has what each character is drawn like by Unicode's own file, which is read
// here without the program that makes the table of it.
var unicodeSays = sync.OnceValue(func() map[rune]string {
	file, err := os.Open("confusables/confusables.txt.gz")
	if err != nil {
		panic(err)
	}
	defer file.Close()
	text, err := gzip.NewReader(file)
	if err != nil {
		panic(err)
	}
	said := make(map[rune]string)
	for lines := bufio.NewScanner(text); lines.Scan(); {
		fields := strings.Split(strings.TrimPrefix(lines.Text(), "\ufeff"), " ;\t")
		if len(fields) != 3 {
			continue
		}
		said[hexRunes(fields[0])[0]] = string(hexRunes(fields[1]))
	}
	return said
})

func hexRunes(s string) (all []rune) {
	for _, hex := range strings.Fields(s) {
		r, err := strconv.ParseInt(hex, 16, 32)
		if err != nil {
			panic(err)
		}
		all = append(all, rune(r))
	}
	return all
}

// unicodeSkeleton is the skeleton of TR39, section 4.
func unicodeSkeleton(s string) string {
	var out strings.Builder
	for _, r := range norm.NFD.String(s) {
		if like, ok := unicodeSays()[r]; ok {
			out.WriteString(like)
		} else {
			out.WriteRune(r)
		}
	}
	return norm.NFD.String(out.String())
}
