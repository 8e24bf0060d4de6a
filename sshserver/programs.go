package sshserver

import (
	"slices"
	"strings"

	"charm.land/ssh"

	"parley/chatcore"
)

// A command that is not one of the chat's own is said to everyone. So would be what scp,
// rsync or git sends to start its other half. Such a command is refused if the program has
// the arguments that it is started with: "scp is broken again" is a sentence, "scp -t ." is
// not. In doubt it is refused: the error says what happened, and nobody else hears of it.

var errNoPrograms = &chatcore.Error{What: chatcore.ErrNotHere.What, Detail: "this is a chat server, it runs no programs"}

// shape reports whether args are arguments that a program is started with over ssh.
type shape func(args []string) bool

// programs are what is started over ssh, by its name in lower case without path and ".exe".
var programs = map[string]shape{
	// Copies and backups.
	"scp":             flagged("tf"),
	"sftp-server":     either(alone, flagged("")),
	"internal-sftp":   either(alone, flagged("")),
	"rsync":           rsyncServer,
	"rdiff-backup":    either(first("--server", "--test-server"), verb("server", "test")),
	"unison":          anywhere("-server"),
	"borg":            verb("serve"),
	"bup":             verb("server"),
	"rclone":          anywhere("--stdio"),
	"nix-store":       first("--serve"),
	"nix-daemon":      first("--stdio"),
	"zfs":             both(first("receive", "recv"), operands(2)),
	"btrfs":           both(first("receive"), operands(2)),
	"virt-ssh-helper": operands(1),

	// Version control.
	"git":                  both(first("upload-pack", "receive-pack", "upload-archive"), operands(2)),
	"git-upload-pack":      operands(1),
	"git-receive-pack":     operands(1),
	"git-upload-archive":   operands(1),
	"git-lfs-authenticate": operands(2),
	"git-lfs-transfer":     operands(2),
	"git-annex-shell":      operands(3),
	"hg":                   anywhere("--stdio"),
	"svnserve":             anywhere("-t", "--tunnel"),
	"bzr":                  anywhere("--inet"),
	"brz":                  anywhere("--inet"),
	"cvs":                  verb("server"),
	"darcs":                first("transfer-mode"),
	"fossil":               first("test-http"),
	"git-shell":            flagged("c"),

	// Remote terminals, editors and engines.
	"mosh-server": either(alone, flagged(""), verb("new")),
	"tmux":        either(first("-CC", "-C"), verb("a", "at", "attach", "attach-session", "new", "new-session")),
	"screen":      flagged("rRdDxS"),
	"xpra":        first("_proxy", "initenv"),
	"docker":      anywhere("dial-stdio"),
	"podman":      anywhere("dial-stdio"),
	"buildctl":    anywhere("dial-stdio"),
	"uname":       flagged("asnrvmpio"),

	// What shells do themselves, which others begin with: ssh-copy-id, rsync's wrappers.
	"set": both(flagged("e"), operands(0)), "umask": both(unlike(alone), numbers), "cd": both(operands(1), paths),
	"test": both(flagged(""), operands(1)), "[": flagged(""), "command": both(flagged("vV"), operands(1)), "ulimit": both(flagged(""), operands(1)),

	// Shells, with which others start: Ansible, editors, ssh-copy-id.
	"sh": shell, "bash": shell, "zsh": shell, "ksh": shell, "$shell": shell, "${shell}": shell,
	"dash": both(unlike(alone), shell), "ash": both(unlike(alone), shell), "fish": both(unlike(alone), shell), "csh": both(unlike(alone), shell), "tcsh": both(unlike(alone), shell),
	"python": flagged("cu"), "python3": flagged("cu"), "perl": flagged("e"),
	"powershell": flagged(""), "pwsh": flagged(""), "cmd": first("/c", "/C", "/k", "/K"),
}

// bare are words that a program sends alone, to see whether there is a shell.
var bare = []string{":", "exit", "hostname", "id", "logout", "ls", "pwd", "true", "uname", "whoami"}

// carriers start the program that is named behind their own options. Those that are words of
// plain English start none that is named alone: "nice bash" is a sentence.
var (
	carriers      = []string{"builtin", "busybox", "command", "doas", "env", "exec", "fakeroot", "ionice", "nice", "nohup", "setsid", "stdbuf", "sudo", "time", "timeout", "toybox"}
	plainCarriers = []string{"command", "nice", "time"}
)

// isProgram reports whether words are a command line that starts a program over ssh: one
// command, or several that a shell would run one after the other.
func isProgram(words []string) bool {
	commands := commandsOf(words)
	for _, command := range commands {
		if startsProgram(command) {
			return true
		}
		if len(command) != 1 || !slices.Contains(bare, command[0]) {
			return false
		}
	}
	return len(commands) == 1
}

// commandsOf takes a list of commands apart: a; b && c, or ( a ). What a quote held together
// is one word, so a separator within it is found only at its end.
func commandsOf(words []string) (commands [][]string) {
	var command []string
	end := func() {
		if len(command) > 0 {
			commands = append(commands, command)
		}
		command = nil
	}
	for _, word := range words {
		switch bareWord := strings.TrimRight(word, ";"); {
		case slices.Contains([]string{"&&", "||", "|", "&", "(", ")", "{", "}", ""}, bareWord):
			end()
		case bareWord != word:
			command = append(command, bareWord)
			end()
		default:
			command = append(command, word)
		}
	}
	end()
	return commands
}

// startsProgram reports whether words are one command that starts a program over ssh.
func startsProgram(words []string) bool {
	carrier, behindOption := "", false
	for i, word := range words {
		name, args := nameOf(word), words[i+1:]
		runs, ok := programs[name]
		switch {
		case isPath(word):
			return true
		case strings.HasPrefix(word, "/"): // a command of the chat
			return false
		case ok && runs(args):
			return carrier == "" || len(args) > 0 || !slices.Contains(plainCarriers, carrier)
		case slices.Contains(carriers, name):
			carrier = name
		case ok:
			return false
		case carrier != "" && isOption(word):
			behindOption = true
			continue
		case carrier != "" && slices.Contains(bare, word) && len(args) == 0:
			return !slices.Contains(plainCarriers, carrier)
		case !isAssignment(word) && !behindOption && !(carrier == "timeout" && isNumber(word)): // that may be the value of the option
			return false
		}
		behindOption = false
	}
	return false
}

// nameOf is the name of the program that a word starts, as programs has it.
func nameOf(word string) string {
	word = word[strings.LastIndexAny(word, `/\`)+1:]
	return strings.TrimSuffix(strings.ToLower(word), ".exe")
}

// wordsOf takes the command of a session apart as a shell does, or at its spaces, where a
// quote is open.
func wordsOf(sess ssh.Session) []string {
	if words := sess.Command(); len(words) > 0 {
		return words
	}
	return strings.Fields(sess.RawCommand())
}

// isPath reports whether a word is the path of a program: /usr/bin/x, or ~/.x/y. No command
// of the chat has two slashes; "//text" says "/text".
func isPath(word string) bool {
	if rest, ok := strings.CutPrefix(word, "~/."); ok {
		return strings.Contains(rest, "/")
	}
	return strings.HasPrefix(word, "/") && !strings.HasPrefix(word, "//") && strings.Contains(word[1:], "/")
}

// isAssignment reports whether a word sets a variable of the environment: LANG=C.
func isAssignment(word string) bool {
	name, _, ok := strings.Cut(word, "=")
	return ok && name != "" && strings.Trim(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") == ""
}

func isOption(word string) bool { return len(word) > 1 && word[0] == '-' }

func isNumber(word string) bool { return word != "" && strings.Trim(word, "0123456789") == "" }

func alone(args []string) bool { return len(args) == 0 }

func unlike(s shape) shape { return func(args []string) bool { return !s(args) } }

// numbers and paths are arguments of that kind only.
func numbers(args []string) bool {
	return !slices.ContainsFunc(args, func(a string) bool { return !isNumber(a) })
}
func paths(args []string) bool {
	return len(args) > 0 && !slices.ContainsFunc(args, func(a string) bool { return !strings.ContainsAny(a, "/~.$") })
}

// shell is how a shell is started: with options only, with a script that follows -c, or with
// the path of one. A script of one word has no other words behind it, for those would make
// it a sentence: "sh -c is odd".
func shell(args []string) bool {
	for i, arg := range args {
		switch script := args[i+1:]; {
		case arg == "--":
			return true
		case !isOption(arg):
			return strings.Contains(arg, "/")
		case !strings.HasPrefix(arg, "--") && strings.Contains(arg, "c") && len(script) > 0:
			return len(script) == 1 || strings.ContainsAny(script[0], " \n;&|/$")
		}
	}
	return true
}

// rsyncServer is how rsync is started: "rsync --server -e.LsfxC . DIR".
func rsyncServer(args []string) bool {
	return first("--server", "--daemon")(args) && (len(args) == 1 || isOption(args[1]) || args[1] == ".")
}

// either is one of several shapes.
func either(shapes ...shape) shape {
	return func(args []string) bool {
		return slices.ContainsFunc(shapes, func(s shape) bool { return s(args) })
	}
}

// both is two shapes at once.
func both(a, b shape) shape {
	return func(args []string) bool { return a(args) && b(args) }
}

// flagged has options first, and one of the letters in one of these: -r -t, or -rt. With
// no letters any option will do.
func flagged(letters string) shape {
	return func(args []string) bool {
		for _, arg := range args {
			switch {
			case !isOption(arg):
				return false
			case letters == "", !strings.HasPrefix(arg, "--") && strings.ContainsAny(arg, letters):
				return true
			}
		}
		return false
	}
}

// first has one of the words as its first argument.
func first(words ...string) shape {
	return func(args []string) bool { return len(args) > 0 && slices.Contains(words, args[0]) }
}

// verb has options, one of the words, and behind it nothing or an option.
func verb(words ...string) shape {
	return func(args []string) bool {
		args = args[optionsOf(args):]
		return first(words...)(args) && (len(args) == 1 || isOption(args[1]))
	}
}

// optionsOf is how many options are at the start of args.
func optionsOf(args []string) int {
	n := slices.IndexFunc(args, func(arg string) bool { return !isOption(arg) })
	if n < 0 {
		return len(args)
	}
	return n
}

// anywhere has one of the words among its arguments.
func anywhere(words ...string) shape {
	return func(args []string) bool {
		return slices.ContainsFunc(args, func(arg string) bool { return slices.Contains(words, arg) })
	}
}

// operands has n arguments at most, not counting options.
func operands(n int) shape {
	return func(args []string) bool {
		of := 0
		for _, arg := range args {
			if !isOption(arg) {
				of++
			}
		}
		return of <= n
	}
}
