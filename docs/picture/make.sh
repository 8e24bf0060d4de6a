#!/usr/bin/env bash
# Makes docs/session.svg, the picture of the README, or the FILE given: a real session
# of ssh in tmux, on a server of its own, captured and drawn. Needs go, ssh,
# ssh-keygen, nc and tmux.
set -euo pipefail
cd "$(dirname "$0")/../.."
picture=${1:-docs/session.svg}

dir=$(mktemp -d)
tmux() { command tmux -S "$dir/tmux" -f /dev/null -u "$@"; }
clean() {
	tmux kill-server 2>/dev/null || true
	kill $(jobs -p) 2>/dev/null || true
	rm -rf "$dir"
}
trap clean EXIT
export LC_ALL=C.UTF-8

go build -o "$dir/parley" ./cmd/parley
echo 'The tea is hot. Be kind.' >"$dir/motd"
"$dir/parley" serve --data "$dir/data" --ssh 127.0.0.1:0 --tcp 127.0.0.1:0 \
	--name tea-room --motd "$dir/motd" 2>"$dir/log" &
server=$!
port_for() { # ssh or tcp
	until sed -n "s/.*for=$1 address=127\.0\.0\.1://p" "$dir/log" | grep .; do
		kill -0 $server || { cat "$dir/log" >&2; exit 1; }
	done
}
port=$(port_for ssh) raw=$(port_for tcp)
for who in ann mei; do
	ssh-keygen -q -t ed25519 -N '' -f "$dir/$who"
done

ssh_to() { # key user[+room] options...
	echo ssh -p $port -i "$dir/$1" -o IdentitiesOnly=yes -o IdentityAgent=none -o StrictHostKeyChecking=no \
		-o UserKnownHostsFile=/dev/null -o LogLevel=ERROR -o SetEnv=TZ=Europe/Berlin "${@:3}" "$2@127.0.0.1"
}
line() { # say a line on descriptor 3 (bob, raw) or 4 (mei, ssh -T) and let it be read
	echo "$2" >&"$1"
	sleep 0.4
}
keys() { tmux send-keys -t ann "$@"; sleep 0.4; }

mkfifo "$dir/bob.in" "$dir/mei.in"
nc 127.0.0.1 $raw <"$dir/bob.in" >/dev/null &
$(ssh_to mei mei -T) <"$dir/mei.in" >/dev/null &
exec 3>"$dir/bob.in" 4>"$dir/mei.in"
line 3 bob
line 4 '!enter dev'
line 4 '!topic dev release on friday'
tmux new-session -d -s ann -x 84 -y 28 "$(ssh_to ann ann)"
tmux set -g status off
sleep 1.5
line 3 'hello from telnet, what is this place?'
keys 'welcome, bob! anything with a socket can come in 🎉' Enter
line 4 '大家好 👋'
keys '/enter dev' Enter
line 4 '@dev ann: is the build green?'
make_output='ok   parley/chatcore
ok   parley/sshserver
ok   parley/tcpserver'
printf '%s\n' 'yes:' "$make_output" >"$dir/paste"
tmux load-buffer "$dir/paste"
tmux paste-buffer -p -t ann
sleep 0.4
keys Enter
line 3 '#ann can I see it too?'
keys '/reply of course: /enter dev' Enter
line 3 '!enter dev'
sleep 1.2
line 4 '!me pours more tea'
keys '/who' Enter
line 4 'back in five'
keys '#bob and this line stays whole, whatever comes in, 你好'
tmux capture-pane -p -e -t ann >"$dir/screen"
read -r x y < <(tmux display -p -t ann '#{cursor_x} #{cursor_y}')
go run ./docs/picture -x "$x" -y "$y" -title 'ssh -p 2222 ann@chat.example.org' <"$dir/screen" >"$picture"
grep -q 'stays whole' "$picture" || { echo "the picture lacks the input line" >&2; exit 1; }
echo "$picture"
