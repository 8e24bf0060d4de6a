package tcpserver

// stackSize is what carrying out a line takes of a stack, in bytes, and a little more.
const stackSize = 3000

// grow makes room on the stack of a connection's goroutine while there is little on it to be
// moved. It would grow twice deep in the first line, and that was a tenth of what a
// connection costs.
//
//go:noinline
func grow(c *conn) byte {
	var room [stackSize]byte
	return room[len(c.reply)] // for the room to be taken at all
}
