package sshserver

import (
	"strings"
	"testing"
)

const notHere = "!error not here: this is a chat server, it runs no programs\n"

// What programs send to start their other half, as they send it.
var handshakes = []string{
	"scp -t .", "scp -f /etc/motd", "scp -r -p -t -- /tmp/a", "scp -v -rt /tmp", "scp -pf a b", "scp -t it's", "/usr/bin/scp -t /tmp", "scp -t",
	"sftp-server", "/usr/lib/openssh/sftp-server", "/usr/libexec/sftp-server -l INFO", "internal-sftp",
	"rsync --server -vlogDtpre.iLsfxCIvu . /tmp/", "rsync --server --sender -e.LsfxC . src/", "sudo rsync --server . /", "nice -n 19 rsync --server . /", "sudo -u backup -n rsync --server . x",
	"git-upload-pack '/srv/a b.git'", "git-receive-pack 'x.git'", "git-upload-archive 'x.git'", "git upload-pack '/x.git'", "git-upload-pack --strict --timeout=0 /x.git", "git-lfs-authenticate x.git upload", "git-annex-shell 'configlist' '/~/x' --debug",
	"mosh-server", "mosh-server new -c 256 -s -l LANG=C.UTF-8", "LANG=C mosh-server new", "LC_ALL=C.UTF-8 LANG=x /usr/local/bin/mosh-server new -p 60001", "env TERM=xterm mosh-server new -s",
	"sh -c '[ -n \"$SSH_CONNECTION\" ] && printf \"x\\n\" ; exec mosh-server new'", "exec sh -c 'cd ; umask 077\nmkdir -p .ssh'", "/bin/sh -c 'echo ~ && sleep 0'", "bash", "sh", "bash -s", "bash -lc ls", "env -i sh -c ls",
	"hg -R repo serve --stdio", "svnserve -t", "svnserve -r /srv -t", "borg serve", "borg serve --umask=077 --info", "bup server", "cvs server", "bzr serve --inet --directory=/ --allow-writes", "unison -server __new-rpc-mode",
	"rclone serve restic --stdio", "docker system dial-stdio", "nix-store --serve --write", "rdiff-backup --server", "tmux attach", "tmux new -A -s main", "tmux -CC new", "screen -dr", "uname -a", "uname -s -v -n -r -m",
	"/opt/any/program with arguments", "exec env TERM=dumb PS1=x /bin/sh", "python3 -c 'import sys; print(1)'",
}

// What people say about them.
var sentences = []string{
	"scp is broken again", "scp", "scp -v says nothing about it", "scp - what is it", "scp -- the old one", "rsync", "rsync is slow --server and all", "use rsync --server for that",
	"git upload-pack is slow today", "git-upload-pack is slow today", "git push hangs", "git", "mosh-server is not installed", "sftp-server died again", "sftp is gone", "the sftp-server", "bash is fun", "sh it works", "bash -x shows it",
	"fish", "fish and chips", "borg serve us all", "borg", "tmux new features are great", "tmux", "screen time", "docker is down", "uname tells you", "python3 is fun", "command -v git", "nice bash", "sudo make me a sandwich", "exec said no", "env is empty", "a=b is true", "LANG=C is needed",
	"cvs server is down", "hello all", "it's broken", "//usr/bin/scp -t .", "and/or we stop", "~/bin is full", "./configure fails here", "command me", "zfs receive is slow",
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
		ann.expect(t, "bot: "+strings.TrimPrefix(text, "/")) // and nothing of the handshakes
	}
	// What looks like a program's can still be said.
	if _, complaint, code := s.run(t, "bot", bot, "/say scp -t is old", ""); code != exitDone {
		t.Error(complaint)
	}
	ann.expect(t, "bot: scp -t is old")
}

func TestPrograms_AreRefusedWhoeverHasTheNick(t *testing.T) {
	s := newServer(t, nil)
	s.plain(t, "ann", newKey(t))
	if _, complaint, code := s.run(t, "ann", nil, "scp -t .", ""); complaint != notHere || code != exitNotUnderstood {
		t.Errorf("complained %q, status %d", complaint, code)
	}
}

// Nothing that begins with a sigil or a plain word is a program's, whatever follows.
func FuzzIsProgram(f *testing.F) {
	for _, command := range append(handshakes, sentences...) {
		f.Add(command)
	}
	f.Fuzz(func(t *testing.T, command string) {
		words := strings.Fields(command)
		isProgram(words)
		for _, sigil := range []string{"!say", "/say", "#ann", "@ops", "hello"} {
			if isProgram(append([]string{sigil}, words...)) {
				t.Errorf("%s %s is taken for a program's", sigil, command)
			}
		}
	})
}
