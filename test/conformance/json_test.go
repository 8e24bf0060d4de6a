package conformance

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"
)

// jsonLine is what every object has.
type jsonLine struct {
	Type, Time string
	ID         uint64
}

// takesJSON asks for JSON. It stays so to the end of the scene.
func (p person) takesJSON() step {
	return p.act("takes JSON", func(st *stage, c *client) error {
		c.inJSON = true
		if err := p.sends("!format json\r\n").do(st); err != nil {
			return err
		}
		return p.nothing().do(st)
	})
}

// takesText asks for lines again.
func (p person) takesText() step {
	return p.act("takes text", func(st *stage, c *client) error {
		c.inJSON = false
		if err := p.sends("!format text\r\n").do(st); err != nil {
			return err
		}
		return p.nothing().do(st)
	})
}

// inJSON returns what an !error line is like in JSON.
func inJSON(line string) string {
	what, detail, _ := strings.Cut(strings.TrimSuffix(strings.TrimPrefix(line, "!error "), "\r\n"), ": ")
	return object("error", `,"text":"`+regexp.QuoteMeta(detail)+`","error":"`+what+`"`)
}

// fromBob has an identity where bob has one, over ssh.
const fromBob = `,"from":"bob"(,"identity":"SHA256:[^"]+")?`

// object is like a line that is a JSON object of a type, and these fields.
func object(kind, fields string) string {
	id := `"id":[1-9]\d*,`
	if kind == "list" || kind == "note" || kind == "error" {
		id = "" // only one session is sent it
	}
	return `\{"type":"` + kind + `",` + id + `"time":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"` + fields + `\}`
}

// seesObjects asks for something and receives lines that are all JSON objects, those
// that came before the answer too. Then check looks at them.
func (p person) seesObjects(question string, check func([]jsonLine) error) step {
	return p.watch("asks for JSON by "+short(question), func(st *stage, c *client) error {
		barrier, answer := st.barrier()
		if err := p.sends(question + barrier).do(st); err != nil {
			return err
		}
		last := regexp.MustCompile(`\A` + inJSON(answer) + `\r\n\z`)
		var lines []jsonLine
		for {
			line, err := c.tape.line()
			if err != nil {
				return err
			}
			var object jsonLine
			text, ended := bytes.CutSuffix([]byte(line), []byte("\r\n"))
			if err := json.Unmarshal(text, &object); err != nil || !ended || !utf8.Valid(text) || object.Type == "" {
				return fmt.Errorf("%w: %q is no line of JSON: %v", errOther, line, err)
			}
			if last.MatchString(line) {
				return check(lines)
			}
			lines = append(lines, object)
		}
	})
}
