package sshserver

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"parley/internal/command"
)

// A command that is not one of the chat's own is said to everyone. So what scp, rsync or
// git sends to start its other half would be said too, paths and all. It is refused if a
// shell would run one of these programs, with arguments that start its server side, and
// with hardly a word of prose. "scp is broken again" is a sentence, and "scp -t ." is not.
// When in doubt the command is refused, because the error says how to say it (issue 12,
// number 10).

var errNoPrograms = command.ErrNotHere.With("this is a chat server, it runs no programs")

// programs maps programs that are started over ssh to their marks: the arguments, any of
// which shows that the program is meant. A mark is a word as it is; "-t" for the letter in
// a group of options, as in -rt; "-" for any option; "*" for any argument; "=" for an
// argument that contains it; another single character for an argument that begins with it.
var programs = map[string]string{
	// Copies and backups.
	"scp": "-t -f", "rsync": "--server --daemon .", "sftp-server": "-", "internal-sftp": "-",
	"rdiff-backup": "server --server --test-server", "unison": "-server", "borg": "serve", "bup": "server",
	"rclone": "serve --stdio", "zfs": "receive recv", "btrfs": "receive", "tar": "-", "dd": "=",
	"nix-store": "--serve", "nix-daemon": "--stdio", "guix": "repl", "distccd": "--inetd", "mutagen-agent": "*",

	// Version control.
	"git": "upload-pack receive-pack upload-archive", "git-shell": "-c",
	"git-upload-pack": "*", "git-receive-pack": "*", "git-upload-archive": "*",
	"git-lfs-authenticate": "* upload download", "git-lfs-transfer": "* upload download",
	"git-annex-shell": "* configlist inannex sendkey recvkey p2pstdio",
	"hg":              "--stdio serve", "svnserve": "-t --tunnel", "bzr": "--inet serve", "brz": "--inet serve",
	"cvs": "server", "darcs": "transfer-mode apply", "fossil": "test-http http",

	// Remote terminals, editors and engines. Midnight Commander and KDE begin with echo FISH:.
	"mosh-server": "new -", "tmux": "-c attach attach-session new new-session", "screen": "-r -d -x -s",
	"xpra": "_proxy initenv", "virt-ssh-helper": "*", "docker": "dial-stdio system", "podman": "dial-stdio system",
	"buildctl": "dial-stdio", "echo": "fish: $ ok",

	// Shells, which others start first: Ansible, editors, TRAMP, sshuttle.
	"sh": "- / . <", "bash": "- / . <", "zsh": "- / . <", "ksh": "- / . <", "dash": "- / . <", "ash": "- / . <",
	"fish": "-c -i -l", "csh": "- / . <", "tcsh": "- / . <", "su": "-", "python": "- / <", "python3": "- / <", "perl": "-e",
	"ruby": "-e", "node": "-e", "powershell": "-", "pwsh": "-", "cmd": "/c /k",

	// What such programs ask a shell first, and what ssh-copy-id does.
	"command": "-v", "type": "-p", "test": "-", "[": "]", "[[": "]]", "set": "-", "umask": "0", "export": "=", "cd": "/ ~",
	"mkdir": "- / .", "cat": "- / >", "ls": "- / ~", "uname": "-", "id": "-", "hostname": "-", "exit": "0 1",
}

// lone lists the programs that are also started without arguments.
var lone = []string{"bash", "cd", "date", "env", "exit", "false", "hostname", "id", "internal-sftp", "ksh", "logout", "ls",
	"mosh-server", "powershell", "printenv", "pwd", "pwsh", "python", "python3", "sftp-server", "sh", "true", "uname",
	"uptime", "whoami", "zsh"}

// carriers run the command after them. The value tells whether that command may have no
// arguments: "exec bash" is a command; "nice bash" is a compliment.
var carriers = map[string]bool{
	"busybox": true, "command": true, "doas": true, "env": true, "exec": true, "nohup": true, "setsid": true, "sudo": true,
	"fakeroot": false, "ionice": false, "nice": false, "stdbuf": false, "time": false, "timeout": false,
	"{": true, "do": false, "else": false, "if": false, "then": false, "until": false, "while": false,
}

// isProgram reports whether a shell that is given line would start a program of the kind
// that works over ssh. A line with a sigil is one of the chat's own.
func isProgram(line string) bool {
	line = strings.TrimSpace(line[:min(len(line), maxShell)])
	if line == "" || strings.ContainsRune("!#@", rune(line[0])) || line[0] == '/' && !isPath(line) {
		return false
	}
	if line == ":" { // alone it is the shell's; followed by more it is a face
		return true
	}
	mayBeAlone := true
	for _, words := range shellCommands(line) {
		words = words[:min(len(words), maxShellWords)]
		switch {
		case starts(words, mayBeAlone):
			return true
		case prose(words, "") > 2: // text in parentheses is a part of its sentence
			return false
		}
		mayBeAlone = mayBeAlone && isAssignment(words[0])
	}
	return false
}

// Limits on what is examined of a command: its first 16 KiB, several times the length of a
// line, and 64 words of each simple command, because they are compared with each other. It
// takes some milliseconds at most.
const (
	maxShell      = 16 << 10
	maxShellWords = 64
)

// starts reports whether the words of one simple command start a program. If mayBeAlone is
// set, the program may have no arguments.
func starts(words []string, mayBeAlone bool) bool {
	behindOption := false
	for i, word := range words {
		name, args := baseName(word), words[i+1:]
		marks := programs[strings.ToLower(name)]
		alone, carries := carriers[name]
		switch {
		case mayBeAlone && slices.Contains(lone, name) && !slices.ContainsFunc(args, isArgument), marked(args, marks) && prose(args, marks) <= 1:
			return true
		case carries:
			mayBeAlone, behindOption = mayBeAlone && alone, false
		case isPath(word), isVariable(word):
			return prose(args, "") <= proseOfPath(word)
		case i > 0 && isOption(word):
			behindOption = true
		case isAssignment(word), isNumber(word) && i > 0, behindOption: // it may be the value of the option
			behindOption = false
		default:
			return false
		}
	}
	return false
}

// marked reports whether one of args is one of the marks of a program.
func marked(args []string, marks string) bool {
	for mark := range strings.FieldsSeq(marks) {
		if slices.ContainsFunc(args, func(arg string) bool { return hasMark(strings.ToLower(arg), mark) }) {
			return true
		}
	}
	return false
}

func hasMark(arg, mark string) bool {
	switch {
	case mark == "*", arg == mark:
		return true
	case mark == "-":
		return isOption(arg)
	case mark == "=":
		return strings.Contains(arg, mark)
	case len(mark) == 1:
		return strings.HasPrefix(arg, mark)
	case len(mark) == 2 && mark[0] == '-':
		return isOption(arg) && arg[1] != '-' && strings.Contains(arg, mark[1:])
	}
	return false
}

// prose counts the words of args that could stand in a sentence: letters only, perhaps
// followed by a comma or the like. Commands have few, because most of their arguments are
// options and paths. The program's own marks do not count. Nothing counts after a lone dot
// that is a mark: there rsync has file names.
func prose(args []string, marks string) (n int) {
	own := strings.Fields(marks)
	for _, arg := range args {
		if arg == "." && slices.Contains(own, arg) {
			break
		}
		word := strings.TrimRight(arg, ",.:;?!")
		letters := strings.IndexFunc(word, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsMark(r) && r != '\'' && r != '’' }) < 0
		if word != "" && letters && !slices.Contains(own, arg) {
			n++
		}
	}
	return n
}

// proseOfPath returns how many words of prose may follow a program that is known only by
// its path. It is one for a path where programs are, as in ~/.cache/x/agent run, but none
// for "/etc/passwd and /etc/shadow".
func proseOfPath(path string) int {
	if strings.Contains(path, "/bin/") || strings.Contains("/"+path, "/.") {
		return 1
	}
	return 0
}

// isPath reports whether a line begins with a path: /usr/bin/x, ~/x, ./x or .x/y. No
// command of the chat has two slashes, and "//text" says "/text".
func isPath(line string) bool {
	word, _, _ := strings.Cut(line, " ")
	inDir := strings.LastIndexByte(word, '/') > 0
	return inDir && (word[0] == '/' || word[0] == '.' || word[:2] == "~/") && word[:2] != "//"
}

// isVariable reports whether the shell expands a word: $SHELL, ${SHELL:-sh}, $(...).
func isVariable(word string) bool {
	return len(word) > 1 && word[0] == '$' && (word[1] == '{' || word[1] == '(' || isName(word[1:2]))
}

// isAssignment reports whether a word sets a shell variable: LANG=C.
func isAssignment(word string) bool {
	name, _, ok := strings.Cut(word, "=")
	return ok && isName(name)
}

// isName reports whether s can be the name of a variable.
func isName(s string) bool {
	return s != "" && !isNumber(s) && strings.IndexFunc(s, func(r rune) bool {
		return r != '_' && (r >= unicode.MaxASCII || !unicode.IsLetter(r) && !unicode.IsDigit(r))
	}) < 0
}

// isNumber reports whether a word begins with a digit, as the 10s of timeout 10s does.
func isNumber(word string) bool { return word != "" && word[0] >= '0' && word[0] <= '9' }

// redirection matches a word that redirects a program's output or input: 2>/dev/null.
var redirection = regexp.MustCompile(`^[0-9]*(>$|>>|[<>]/)`)

func isArgument(word string) bool { return !redirection.MatchString(word) }

func isOption(word string) bool { return len(word) > 1 && word[0] == '-' }

// baseName returns the name of a program without its Unix or Windows path, and without .exe.
func baseName(word string) string {
	name := word[strings.LastIndexAny(word, `/\`)+1:]
	if stem := len(name) - len(".exe"); stem > 0 && strings.EqualFold(name[stem:], ".exe") {
		name = name[:stem]
	}
	return name
}
