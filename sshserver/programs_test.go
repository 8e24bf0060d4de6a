package sshserver

import (
	"strings"
	"testing"
)

const notHere = "!error not here: this is a chat server, it runs no programs\n! to say this text to everyone: ssh HOST /say TEXT\n"

// handshakes are what programs send to start their other half. The sources are the
// programs' documentation and source code. For OpenSSH's own, the clients' output was read
// (ssh -v).
var handshakes = []string{
	// Copies and backups.
	"scp -t .", "scp -f /etc/motd", "scp -r -p -t -- /tmp/a", "scp -v -rt /tmp", "scp -pf a.c b.c", "scp -t it's", "/usr/bin/scp -t /tmp", "scp -t",
	"scp.exe -t .", `"C:/x/scp.exe" -t .`, `C:\Windows\System32\OpenSSH\scp.exe -f x`, "SCP -t .", "scp -t '/srv/a b/it'\\''s'", `\scp -t .`, "scp -f img?.png",
	"sftp-server", "/usr/lib/openssh/sftp-server", "/usr/libexec/sftp-server -l INFO", "internal-sftp", "test -x /usr/libexec/sftp-server && exec /usr/libexec/sftp-server",
	"rsync --server -vlogDtpre.iLsfxCIvu . /tmp/", "rsync --server --sender -e.LsfxC . src/", "rsync --server --daemon .", "rsync --server -se.LsfxCIvu", "rsync --server -r . src", "rsync --server --sender -logDtpr . Documents Music Pictures",
	"rdiff-backup --server", "rdiff-backup server", "rdiff-backup --server --restrict-path /", "rdiff-backup --remote-schema x server",
	"borg serve", "borg serve --umask=077 --info", "borg --info serve", "bup server", "rclone serve restic --stdio remote:path", "unison -server", "unison -server __new-rpc-mode",
	"zfs receive tank", "zfs recv -F tank/a@b", "zfs receive -s -u pool", "btrfs receive /x", "tar xf - -C /", "tar -xzf -", "dd of=/tmp/x bs=1M",
	"nix-store --serve --write", "nix-daemon --stdio", "guix repl -t machine", "distccd --inetd", ".mutagen/agents/0.18.1/mutagen-agent synchronizer --log-level=info",

	// Version control.
	"git-upload-pack '/srv/a b.git'", "git-receive-pack 'x.git'", "git-upload-archive 'x.git'", "git upload-pack '/x.git'", "git-upload-pack --strict --timeout=0 /x.git", "git-upload-pack 'repo'",
	"git-lfs-authenticate x.git upload", "git-lfs-authenticate repo download", "git-lfs-transfer ann/repo.git upload", "git-annex-shell 'configlist' '/~/x' --debug", "git-annex-shell configlist repo", "git-shell -c x", "git-shell -c \"git-upload-pack 'x'\"",
	"hg -R repo serve --stdio", "svnserve -t", "svnserve -r /srv -t", "bzr serve --inet --directory=/ --allow-writes", "brz serve --inet", "cvs server", "darcs transfer-mode --repodir x", "darcs apply --all --repodir x", "fossil test-http x.fossil", "fossil http /x.fossil",

	// Remote terminals, editors and engines.
	"mosh-server", "mosh-server new -c 256 -s -l LANG=C.UTF-8", "LANG=C mosh-server new", "LC_ALL=C.UTF-8 LANG=x /usr/local/bin/mosh-server new -p 60001", "env TERM=xterm mosh-server new -s",
	"tmux attach", "tmux new -A -s main", "tmux -CC new", "tmux -CC attach -t main", "screen -dr", "screen -x work", "xpra _proxy :10", "xpra initenv",
	"docker system dial-stdio", "docker --host unix:///x system dial-stdio", "podman system dial-stdio", "buildctl dial-stdio", "virt-ssh-helper 'qemu:///system'",
	"~/.vscode-server/bin/x", "~/.vscode-server/bin/0ee0/bin/code-server --start-server", "~/.cache/JetBrains/RemoteDev/remote-dev-server.sh run /home", ".zed_server/zed-remote-server-0.1 proxy --identifier setup-1", "/opt/any/bin/program run", "/opt/any/program --fast", "./server --stdio",
	"echo FISH:; /bin/sh", "echo FISH:;exec /bin/sh -c \"if env true 2>/dev/null; then env PS1= /bin/sh; fi\"",

	// Shells, which others start first.
	"sh -c '[ -n \"$SSH_CONNECTION\" ] && printf \"x\\n\" ; exec mosh-server new'", "exec sh -c 'cd ; umask 077\nmkdir -p .ssh'", "/bin/sh -c 'echo ~ && sleep 0'", "bash", "sh", "bash -s", "bash -lc ls", "env -i sh -c ls", "bash --norc -c 'x y'", "bash --login", "sh -s <x", "bash /tmp/x.sh", "sh ./install.sh", "python3", "python3 -", "ruby -e x",
	"exec env TERM=dumb PS1=x /bin/sh", "exec env TERM='dumb' INSIDE_EMACS='30.1,tramp:2.7' ENV='' HISTFILE=~/.tramp_history PROMPT_COMMAND='' PS1=\\#\\$\\ '' PS2='' /bin/sh -i", "python3 -c 'import sys; print(1)'",
	"P=python3; $P -V 2>/dev/null || P=python; exec \"$P\" -c 'import sys; x'; exit 97", "/bin/sh -c 'P=python3; exec $P -c x'; exit 97",
	"powershell", "powershell -NoProfile -EncodedCommand AAA", "powershell.exe -Command Get-Item", "cmd /c dir", "cmd.exe /C ver", "$SHELL", "exec $SHELL -l", "${SHELL:-sh}", "\"$SHELL\" -c 'x y'", "$(which rsync) --server .", "su -c id",

	// After other commands.
	"exec sftp-server", "env sftp-server", "sudo rsync --server . /", "nice -n 19 rsync --server . /", "sudo -u backup -n rsync --server . x", "ionice -c3 nice rsync --server . /", "time scp -t x", "busybox scp -t .", "timeout 10s scp -t .", "nohup sh -c x", "stdbuf -oL scp -t x", "sudo -n true", "doas sh",
	"set -e; scp -t .", "( scp -t . )", "(scp -t .)", "{ scp -t .; }", "if [ -d x ]; then scp -t x; fi", "cd /x && git-upload-pack y", "cd src; scp -t .", "x | scp -t .", "true & scp -t .", "test -x /usr/bin/rsync && rsync --server .", "PATH=$PATH:/x; mosh-server", "  scp -t .", "scp -t .\n",

	// What programs ask a shell first.
	"exit", "exit 0", "exit;", "false", "date", "true", "cd && ls", "echo ok", ":", "set -e", "command -v rsync", "command -v git", "type -p rsync", "umask 077; test -d .ssh || mkdir .ssh", "umask 077", "[ -d x ]", "export A=b", "uname", "uname -s", "uname -a", "uname -s -v -n -r -m", "uname -sm", "whoami", "id", "id -u", "hostname", "hostname -f", "pwd", "ls -la /", "echo $HOME", "mkdir -p .ssh", "cat >> .ssh/authorized_keys", "cat /etc/os-release", "printenv", "true 2>/dev/null", "uname >/dev/null 2>&1",
}

// sentences are what people say about such programs.
var sentences = []string{
	"scp is broken again", "scp", "scp -v says nothing about it", "scp - what is it", "scp -- the old one", "scp -t is old news", "rsync", "rsync is slow --server and all", "use rsync --server for that", "rsync --server keeps failing for me", "rsync --server funktioniert nicht", "rsync --server doesn't start, it's odd",
	"git upload-pack is slow today", "git-upload-pack is slow today", "git-upload-pack fails for me, why?", "git push hangs", "git", "git lfs is odd", "mosh-server is not installed", "mosh-server new versions are out", "sftp-server died again", "sftp is gone", "the sftp-server", "internal-sftp it is",
	"bash is fun", "sh it works", "sh - what is it?", "python . what is it", "date night anyone?", "cd player", "echo, ok", "bash scripts are fun", "scp -t . is the handshake, I think", "tar -xzf is what I forget", "mosh-server new -s fails for me", "test -x is odd, no?", "uname -a says Linux here", "id -u gives 0, why?", "~/.ssh/config is what you want", "/usr/bin/scp is missing here", "exit 0 is success", "sudo !!", "yes | no", "hey; exit", "good night; exit stage left", "sh -c is a funny thing", "bash -c 'x' hangs, why?", "bash -x shows it", "sh, that hurts", "/bin/sh is a link", "fish", "fish and chips", "fish -c for dinner tonight",
	"borg serve us all", "borg", "resistance is futile, borg serve", "tmux new features are great", "tmux", "screen time", "screen -x or tmux, what do you like?", "docker is down", "docker system is full", "unison", "python3 is fun", "python -c is handy", "perl -e was my youth", "tar is old", "dd is dangerous",
	"command me", "command -v is handy", "nice bash", "nice id", "nice", "time to go", "time", "timeout again", "sudo make me a sandwich", "sudo", "exec said no", "exec summary please", "env is empty", "env vars are fun", "do it", "if only", "then what", "else?", "while we wait", "nohup is magic",
	"a=b is true", "LANG=C is needed", "x=1", "exit strategies anyone?", "exit, stage left", "true, that works", "True", "true that", "true :)", "true <3", "Exit", "set -e saved me today", "set up", "test", "test please ignore", "who wants to test -x?", "type faster", "id please", "hostname taken", "whoami asks the shell", "umask what",
	"cmd is my favourite key", "powershell is verbose", "cvs server is down", "zfs receive is slow", "btrfs ate it", "darcs was first", "fossil fuels", "uname tells you", "ls of the day", "echo chamber", "cat pictures", "cd collection for sale", "export is blocked", "mkdir fails", "su casa",
	"hello all", "it's broken", "I typed it like so (scp -t .)", "works for me (true)", "we ran cd x; scp -t . and it broke", "R&D", "a | b", ":(", ":)", ":|", ":D", ": yes", "(yes)", "( yes )", "don't", "\"quoted\"", "'", "\\", "\\o/", "$5 is cheap", "$HOME is wrong here", "-", "--", "...", "…", "?", "=",
	"and/or we stop", "~/bin is full", "~bob: hi", "./configure fails here", "/usr/bin/env is cool", "/etc/passwd and /etc/shadow", "/etc/motd is empty", "~ about 5", "s/scp/sftp/",
	"//usr/bin/scp -t .", "//etc is full", "привет sh -c", "早上好", "scp -t не работает сегодня",
}

func TestIsProgram(t *testing.T) {
	for _, line := range handshakes {
		if !isProgram(line) {
			t.Errorf("said: %s", line)
		}
	}
	for _, line := range sentences {
		if isProgram(line) {
			t.Errorf("refused: %s", line)
		}
	}
}

// Shell code around a handshake makes no difference.
func TestIsProgram_InAScript(t *testing.T) {
	for _, around := range []string{
		"set -e; %", "cd /x && %", "( % )", "{ %; }", "% 2>/dev/null", "%; exit 1", "% || true", "PATH=/x:$PATH LC_ALL=C.UTF-8 %", "if test -d x; then %; fi", "sudo -u bob -- env -i A=b %", " % ", "sh -c '%'",
	} {
		for _, line := range handshakes {
			if len(strings.Fields(line)) < 2 || strings.ContainsAny(line, ";|&(") || strings.Contains(line, "'") && strings.Contains(around, "'") {
				continue // a lone program, a script itself, or hard to quote
			}
			if line := strings.ReplaceAll(around, "%", line); !isProgram(line) {
				t.Errorf("said: %s", line)
			}
		}
	}
}

func TestPrograms_AreRefusedAndSentencesAreSaid(t *testing.T) {
	s := newServer(t, nil)
	ann, bot := s.plain(t, "ann", newKey(t)), newKey(t)
	for _, command := range handshakes {
		if out, complaint, code := s.run(t, "bot", bot, command, ""); out != "" || complaint != notHere || code != exitNotUnderstood {
			t.Errorf("%s: printed %q, complained %q, status %d", command, out, complaint, code)
		}
	}
	for _, text := range sentences {
		if out, complaint, code := s.run(t, "bot", bot, text, ""); out != "" || complaint != "" || code != exitDone {
			t.Errorf("%s: printed %q, complained %q, status %d", text, out, complaint, code)
			continue
		}
		if strings.HasPrefix(text, "//") {
			text = text[1:]
		}
		ann.expect(t, "bot: "+text) // and no handshake is said
	}
	// A text that looks like a program's can still be said, as the error explains.
	if _, complaint, code := s.run(t, "bot", bot, "/say scp -t is old", ""); code != exitDone {
		t.Error(complaint)
	}
	ann.expect(t, "bot: scp -t is old")
	const slash = "!error unknown command: !tmp (try !help)\n! to say a text that begins with a slash: ssh HOST //TEXT\n"
	if _, complaint, code := s.run(t, "bot", bot, "/tmp is full", ""); complaint != slash || code != exitNotUnderstood {
		t.Errorf("complained %q, status %d", complaint, code)
	}
	if _, complaint, code := s.run(t, "bot", bot, "//tmp is full", ""); code != exitDone {
		t.Error(complaint)
	}
	ann.expect(t, "bot: /tmp is full")
}

func TestPrograms_AreRefusedWhoeverHasTheNick(t *testing.T) {
	s := newServer(t, nil)
	s.plain(t, "ann", newKey(t))
	if _, complaint, code := s.run(t, "ann", nil, "scp -t .", ""); complaint != notHere || code != exitNotUnderstood {
		t.Errorf("complained %q, status %d", complaint, code)
	}
}

// No line that begins with a sigil or like a sentence is a program's, whatever follows. The
// time for a line is proportional to its length.
func FuzzIsProgram(f *testing.F) {
	for _, line := range append(handshakes, sentences...) {
		f.Add(line)
	}
	f.Fuzz(func(t *testing.T, line string) {
		isProgram(line)
		for _, begin := range []string{"!say", "/say", "#ann", "@ops", "well, here is what"} {
			if isProgram(begin + " " + line) {
				t.Errorf("%s %s is taken for a program's", begin, line)
			}
		}
		for _, words := range shellCommands(line) {
			if len(words) == 0 || len(strings.Join(words, "")) > len(line) {
				t.Errorf("%q has the words %q", line, words)
			}
		}
	})
}

func BenchmarkIsProgram(b *testing.B) {
	for name, line := range map[string]string{
		"sentence": "hello all, what is new in the world of ssh?", "long": strings.Repeat("-a scp ", 32<<10), "quotes": strings.Repeat(`"'\"`, 64<<10), "commands": strings.Repeat("scp;", 64<<10),
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				isProgram(line)
			}
		})
	}
}

func TestIsProgram_LooksAtSoMuch(t *testing.T) {
	for _, tt := range []struct {
		before string
		want   bool
	}{
		{strings.Repeat(" ", 1000), true},
		{strings.Repeat(".", maxShell-len(" ; scp -t .")) + " ; ", true},
		{strings.Repeat(".", maxShell) + " ; ", false},
	} {
		if got := isProgram(tt.before + "scp -t ."); got != tt.want {
			t.Errorf("a program behind %d bytes is seen: %t", len(tt.before), got)
		}
	}
}
