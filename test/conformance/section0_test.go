package conformance

// section0 is the text before section 1.
var section0 = []sentence{
	{
		says:     "What parley speaks, for people who write a client, a bot or a script.",
		explains: "It says what the document is for.",
	},
	{
		says: "Sections 1 to 4 are the protocol of the tutorial it grew from (a chat server with nicks, private lines and rooms on a raw TCP " +
			"line protocol), made exact where the tutorial leaves a choice; they do not change.",
		explains: "It says where the sections come from; the entries of sections 1 to 4 quote the tutorial.",
	},
	{
		says:     "Sections 5 and 6 may grow.",
		explains: "It is about later versions.",
	},
}
