package chatcore

import (
	"bytes"
	"encoding/json"

	"parley/internal/proto"
)

// JSON is the format of "!format json": one object a line, ending in CR LF, with the
// fields of section 5 of docs/protocol.md. Only !format selects it, never a front end.
type JSON struct{}

// object is an event in JSON. Programs rely on its names.
type object struct {
	Type     string   `json:"type"`
	ID       EventID  `json:"id,omitempty"` // not there for what only one session is sent
	Time     string   `json:"time"`
	From     string   `json:"from,omitempty"`
	Identity string   `json:"identity,omitempty"`
	Room     string   `json:"room,omitempty"`
	To       string   `json:"to,omitempty"`
	Text     *string  `json:"text,omitempty"` // present even if empty, but not for a list
	Error    string   `json:"error,omitempty"`
	Mention  bool     `json:"mention,omitempty"`
	List     string   `json:"list,omitempty"`
	Items    []string `json:"items,omitzero"` // present even if empty, but only for a list
}

// jsonTime is RFC 3339 with milliseconds, always three digits.
const jsonTime = "2006-01-02T15:04:05.000Z07:00"

var jsonTypes = map[EventKind]string{
	Said: "message", Whispered: "private", Emoted: "emote", Noticed: "notice",
	Answered: "list", Noted: "note", Refused: "error",
}

// Append implements [Format].
func (JSON) Append(dst []byte, e *Event, v View) []byte {
	o := object{
		Type: jsonTypes[e.Kind], ID: e.ID, Time: e.Time.UTC().Format(jsonTime),
		From: e.From, Identity: e.Identity.Key, Room: e.Room, To: e.To, Text: &e.Text,
		Error: e.What, Mention: v == Mentioned,
	}
	if e.Kind == Answered {
		o.Text, o.List, o.Items = nil, e.List, e.Items
	}
	return appendObject(dst, &o)
}

func appendObject(dst []byte, o *object) []byte {
	b := bytes.NewBuffer(dst)
	enc := json.NewEncoder(b)
	enc.SetEscapeHTML(false)        // people say "<3", and this is no web page
	_ = enc.Encode(o)               // strings and numbers, into memory: it cannot fail
	b.Truncate(b.Len() - len("\n")) // the newline of Encode
	b.WriteString(proto.End)
	return b.Bytes()
}
