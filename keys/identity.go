package keys

import (
	"strings"

	"golang.org/x/crypto/ssh"
)

// Identity is a user's proven identity: the SHA-256 fingerprint of the SSH key that
// signed, as ssh-keygen -l prints it ("SHA256:..."). "" is a guest.
type Identity string

// IdentityOf returns the identity of the holder of key. Pass only a key whose signature
// was verified, never one that was merely offered.
//
// It returns "", a guest, for no key and for a certificate. A certificate says that an
// authority vouches for someone, and no authority is trusted here. Its fingerprint would
// change with every renewal. The fingerprint of the key inside it would give one key two
// meanings. Front ends refuse certificates earlier; one that slips through proves
// nothing.
func IdentityOf(key ssh.PublicKey) Identity {
	if key == nil {
		return ""
	}
	if _, ok := key.(*ssh.Certificate); ok {
		return ""
	}
	// A certificate wrapped in another type still shows it in its type name.
	if strings.Contains(key.Type(), "-cert-v") {
		return ""
	}
	return Identity(ssh.FingerprintSHA256(key))
}
