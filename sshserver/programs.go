package sshserver

import (
	"path"
	"slices"
	"strings"

	"charm.land/ssh"

	"parley/chatcore"
)

// A command is said to everyone unless it is one of the chat's own. So what scp, rsync or
// git sends to start its other half would be said too. It is refused, if it has the
// arguments that the program is started with: "scp is broken again" is a sentence, and
// "scp -t ." is not.

var errNoPrograms = &chatcore.Error{What: chatcore.ErrNotHere.What, Detail: "this is a chat server, it runs no programs"}

// shape reports whether args are arguments that a program is started with over ssh.
type shape func(args []string) bool

// programs are started over ssh, by the last part of their path.
var programs = map[string]shape{
	// Copies and backups.
	"scp":             flagged("tf"),
	"sftp-server":     either(alone, flagged("")),
	"internal-sftp":   either(alone, flagged("")),
	"rsync":           first("--server", "--daemon"),
	"rdiff-backup":    first("--server", "--test-server"),
	"unison":          anywhere("-server"),
	"borg":            verb("serve"),
	"bup":             verb("server"),
	"rclone":          anywhere("--stdio"),
	"nix-store":       first("--serve"),
	"nix-daemon":      first("--stdio"),
	"zfs":             verb("receive", "recv"),
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

	// Remote terminals, editors and engines.
	"mosh-server": either(alone, flagged(""), verb("new")),
	"tmux":        either(first("-CC", "-C"), verb("a", "at", "attach", "attach-session", "new", "new-session")),
	"screen":      flagged("rRdDxS"),
	"xpra":        first("_proxy", "initenv"),
	"docker":      anywhere("dial-stdio"),
	"podman":      anywhere("dial-stdio"),
	"buildctl":    anywhere("dial-stdio"),
	"uname":       flagged("asnrvmpio"),

	// Shells, with which others start: Ansible, editors, ssh-copy-id.
	"sh": either(alone, flagged("cils")), "bash": either(alone, flagged("cils")),
	"zsh": either(alone, flagged("cils")), "ksh": either(alone, flagged("cils")),
	"dash": flagged("cils"), "ash": flagged("cils"), "fish": flagged("cil"), "csh": flagged("cils"), "tcsh": flagged("cils"),
	"python": flagged("cu"), "python3": flagged("cu"), "perl": flagged("e"),
	"powershell": flagged(""), "pwsh": flagged(""), "powershell.exe": flagged(""), "cmd.exe": operands(2),
}

// carriers start the program that is named behind their own options.
var carriers = []string{"command", "doas", "env", "exec", "fakeroot", "ionice", "nice", "nohup", "sudo"}

// isProgram reports whether words are a command that starts a program over ssh.
func isProgram(words []string) bool {
	carried, behindOption := false, false
	for i, word := range words {
		runs, ok := programs[path.Base(word)]
		switch {
		case strings.HasPrefix(word, "/"):
			return isPath(word)
		case ok:
			args := words[i+1:]
			return (len(args) > 0 || !carried) && runs(args)
		case slices.Contains(carriers, path.Base(word)):
			carried = true
		case carried && isOption(word):
			behindOption = true
			continue
		case !isAssignment(word) && !behindOption: // that may be the value of the option
			return false
		}
		behindOption = false
	}
	return false
}

// wordsOf takes the command of a session apart as a shell does, or at its spaces, where a
// quote is open.
func wordsOf(sess ssh.Session) []string {
	if words := sess.Command(); len(words) > 0 {
		return words
	}
	return strings.Fields(sess.RawCommand())
}

// isPath reports whether a word is an absolute path. No command of the chat has two slashes;
// "//text" says "/text".
func isPath(word string) bool {
	return strings.HasPrefix(word, "/") && !strings.HasPrefix(word, "//") && strings.Contains(word[1:], "/")
}

// isAssignment reports whether a word sets a variable of the environment: LANG=C.
func isAssignment(word string) bool {
	name, _, ok := strings.Cut(word, "=")
	return ok && name != "" && strings.Trim(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") == ""
}

func isOption(word string) bool { return len(word) > 1 && word[0] == '-' }

func alone(args []string) bool { return len(args) == 0 }

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

// verb has one of the words as its first argument, and behind it nothing or an option.
func verb(words ...string) shape {
	return func(args []string) bool {
		return first(words...)(args) && (len(args) == 1 || isOption(args[1]))
	}
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
