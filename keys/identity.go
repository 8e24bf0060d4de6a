package keys

import (
	"strings"

	"golang.org/x/crypto/ssh"
)

// Identity is who a user provably is: the SHA-256 fingerprint of the SSH key
// that signed, as ssh-keygen -l prints it ("SHA256:..."). "" is a guest.
type Identity string

// IdentityOf returns the identity of the holder of key. Give it only a key whose
// signature was verified, never one that was merely offered.
//
// It returns "", a guest, for no key and for a certificate. A certificate says
// who an authority vouches for, and no authority is trusted here; its
// fingerprint would change with every renewal, and that of the key inside it
// would let the same key be two things. Front ends refuse certificates before
// they come here; one that slips through proves nothing.
func IdentityOf(key ssh.PublicKey) Identity {
	if key == nil {
		return ""
	}
	if _, ok := key.(*ssh.Certificate); ok {
		return ""
	}
	// A certificate wrapped in another type still says so in its name.
	if strings.Contains(key.Type(), "-cert-v") {
		return ""
	}
	return Identity(ssh.FingerprintSHA256(key))
}
