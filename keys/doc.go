// Package keys holds the two things that identify the parties. The server's host key
// shows people that they have reached the same server again. A person's identity is the
// fingerprint of the key that signed.
//
// A host key is never replaced. It is made once, if its file does not exist. Any other
// file in its place that is not a sound, private key is refused with an error that names
// the path and the fix. A new key would make every client warn of an attack, and the file
// may be the only copy of the old one.
package keys
