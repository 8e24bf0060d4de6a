package command

import "parley/chatcore"

// Result says what a command has done or found out. internal/render puts it into words,
// for lines of the protocol or for a person at a prompt. A list that a client asked for
// is not a result: the core sends it as an event.
type Result interface{ isResult() }

type (
	// Entered is a room that a person has entered, and talks in now.
	Entered struct {
		Room, Topic string
		You         string            // their own nick
		Members     []chatcore.Member // the first few
		All         int               // how many members there are
	}
	// Left is a room that was left.
	Left struct{ Room string }
	// Renamed is the new nick.
	Renamed struct{ Nick string }
	// Topic is the topic of a room, or that it has none.
	Topic struct{ Room, Text string }
	// TopicSet is a room whose topic was set.
	TopicSet struct{ Room string }
	// Whois is who a person is.
	Whois struct{ chatcore.Member }
	// Away says that the user is marked as away.
	Away struct{}
	// Back says that the user is no longer marked as away.
	Back struct{}
	// Ignoring lists the users who are ignored.
	Ignoring struct{ Nicks []string }
	// Ignored is a user who is ignored from now on.
	Ignored struct{ Nick string }
	// Unignored is a user who is no longer ignored.
	Unignored struct{ Nick string }
	// People lists users: of a room, or all who are online if Room is empty.
	People struct {
		Room    string // as it was asked for
		Members []chatcore.Member
		All     int
		Table   bool // with what each does, one in a row
	}
	// History is what was said in the destination where the person talks.
	History struct{ Past []chatcore.Past }
	// AllHelp is the help about all commands.
	AllHelp struct{}
	// Help is the help about a command.
	Help struct {
		Command *Command
		Form    *Form
	}
	// Note is a sentence for which no other form is needed.
	Note string
	// ClearScreen asks the terminal to clear its screen.
	ClearScreen struct{}
	// Set asks the terminal to show all its settings, to explain one, or to change it.
	Set struct{ Name, Value string }
)

func (Entered) isResult()     {}
func (Left) isResult()        {}
func (Renamed) isResult()     {}
func (Topic) isResult()       {}
func (TopicSet) isResult()    {}
func (Whois) isResult()       {}
func (Away) isResult()        {}
func (Back) isResult()        {}
func (Ignoring) isResult()    {}
func (Ignored) isResult()     {}
func (Unignored) isResult()   {}
func (People) isResult()      {}
func (History) isResult()     {}
func (AllHelp) isResult()     {}
func (Help) isResult()        {}
func (Note) isResult()        {}
func (ClearScreen) isResult() {}
func (Set) isResult()         {}
