package main

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// imports returns what a package imports, directly and through others.
func imports(t *testing.T, pkg string) []string {
	t.Helper()
	out, err := exec.Command("go", "list", "-deps", pkg).Output()
	if err != nil {
		t.Fatalf("go list -deps %s: %v", pkg, err)
	}
	return strings.Fields(string(out))
}

// The server leaves gliderlabs/ssh to parley-bench, whose baseline it is.
func TestImports_NoGliderlabsInTheServer(t *testing.T) {
	if slices.Contains(imports(t, "parley/cmd/parley"), "github.com/gliderlabs/ssh") {
		t.Error("the server imports github.com/gliderlabs/ssh")
	}
	if !slices.Contains(imports(t, "parley/cmd/parley-bench"), "github.com/gliderlabs/ssh") {
		t.Error("parley-bench does not import github.com/gliderlabs/ssh")
	}
}

// TestImports holds the direction of imports of docs/architecture.md.
func TestImports(t *testing.T) {
	const (
		wish = "charm.land/wish/v2"
		xssh = "golang.org/x/crypto/ssh"
		lssh = "charm.land/ssh"
		ours = "parley/"
		data = "internal/safetext/confusables" // the table of look-alikes, which safetext imports
	)
	for _, tt := range []struct {
		pkg       string
		mayImport []string // of ours
		mustNot   []string // of others
	}{
		{"parley/internal/safetext", nil, []string{"net", "os/exec", xssh}},
		{"parley/internal/proto", nil, []string{"net", xssh}},
		{"parley/internal/egress", nil, []string{"net", xssh}},
		{"parley/internal/ratelimit", nil, []string{"net", xssh, wish}},
		{"parley/internal/netguard", nil, []string{xssh}},
		{"parley/internal/sockets", nil, []string{xssh}},
		{"parley/internal/tutorial", nil, []string{xssh}},
		{"parley/cmd/parley-bench/internal/bench", nil, []string{wish, "net/http"}},
		{"parley/internal/durable", nil, []string{"net", xssh, wish}},
		{"parley/keys", []string{"internal/durable"}, []string{wish}},
		{"parley/chatcore/policy", nil, []string{"net", xssh, wish}},
		{"parley/chatcore", []string{"chatcore/policy", "internal/proto", "internal/safetext"}, []string{"net", "database/sql", xssh, wish}},
		{"parley/internal/command", []string{"chatcore", "chatcore/policy", "internal/proto", "internal/safetext"}, []string{"net", xssh, wish}},
		{"parley/internal/input", []string{"chatcore", "chatcore/policy", "internal/command", "internal/render", "internal/egress", "internal/proto", "internal/ratelimit", "internal/safetext"}, []string{"net", xssh, wish}},
		{"parley/internal/frontend", nil, []string{xssh, wish}},
		{"parley/tcpserver", []string{"chatcore", "chatcore/policy", "internal/command", "internal/render", "internal/egress", "internal/frontend", "internal/input", "internal/proto", "internal/netguard", "internal/ratelimit", "internal/safetext", "internal/sockets"},
			[]string{xssh, wish, "net/http"}},
		{"parley/internal/lineedit", []string{"internal/safetext"}, []string{"net", xssh}},
		{"parley/internal/render", []string{"chatcore", "chatcore/policy", "internal/command", "internal/proto", "internal/safetext"}, []string{"net", xssh}},
		{"parley/sshserver/internal/terminal", []string{"chatcore", "chatcore/policy", "internal/command", "internal/egress", "internal/input", "internal/lineedit", "internal/proto", "internal/ratelimit", "internal/render", "internal/safetext"}, []string{"net", xssh, lssh, wish}},
		{"parley/sshserver", []string{"sshserver/internal/terminal", "chatcore", "internal/durable", "chatcore/policy", "internal/command", "internal/egress", "internal/frontend", "internal/input", "internal/lineedit", "internal/proto", "internal/render", "internal/netguard", "internal/ratelimit", "internal/safetext", "internal/sockets", "keys"}, nil},
	} {
		t.Run(tt.pkg, func(t *testing.T) {
			for _, dep := range imports(t, tt.pkg) {
				own, isOurs := strings.CutPrefix(dep, ours)
				if isOurs && dep != tt.pkg && own != data && !slices.Contains(tt.mayImport, own) {
					t.Errorf("imports %s", dep)
				}
				if slices.Contains(tt.mustNot, dep) {
					t.Errorf("imports %s", dep)
				}
			}
		})
	}
}
