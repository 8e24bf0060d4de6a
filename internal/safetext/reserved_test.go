package safetext_test

import (
	"math/rand/v2"
	"strings"
	"testing"

	"parley/internal/safetext"
)

var reservedWords = []string{
	"public", "everyone", "all", "here", "you", "me", "system", "server", "admin", "mod", "moderator", "parley",
}

func TestReserved(t *testing.T) {
	for _, name := range []string{
		"admin", "ADMIN", "Admin", "аdmin", "АDMІN", "ａｄｍｉｎ", "𝐚𝐝𝐦𝐢𝐧", "ᴀᴅᴍɪɴ", "admın", "ADMİN",
		"уоu", "YOU", "ʏᴏᴜ", "ｙｏｕ", "you", "y०u", "yоυ", "y០u",
		"server", "ѕеrvеr", "SΕRVΕR", "serνer", "ＳＥＲＶＥＲ",
		"ѕуѕtеm", "ꜱystem", "syste𝐦",
		"everyоne", "𝓮𝓿𝓮𝓻𝔂𝓸𝓷𝓮", "EVERYΟNE", "e𝛎eryone",
		"аll", "aΙl", "aӏӏ", "ａｌｌ", "aｌ𝐥", "AꓡL",
		"рublіc", "pυblІc", "ᴘublic", "publiϲ", "puЬlic",
		"hеre", "ʜere", "һere", "mе", "ⅿe", "ｍｅ", "mоd", "modеrator", "mоderatоr", "раrley", "þarley", "parleу", "ⲣarley",
	} {
		if !safetext.Reserved(name) {
			t.Errorf("%s (%+q) is free: key %+q, drawn %+q", name, name, safetext.Key(name), safetext.Drawn(name))
		}
	}
	for _, name := range []string{
		"", "alice", "admins", "administrator", "modem", "ail", "al1", "a11", "mee", "them", "yous", "y0u", "server2", "Владимир", "李小龙",
		"publlc", "admln", "publíc", "admín", "mød", "élodie", strings.Repeat("admin", 1000),
	} {
		if safetext.Reserved(name) {
			t.Errorf("%s (%+q) is reserved", name, name)
		}
	}
}

// Every word, with any of its letters spelled by any of its look-alikes, is reserved.
func TestReservedInLookAlikes(t *testing.T) {
	others := lookAlikesOf("abcdefghijklmnopqrstuvwxyz")
	rng := rand.New(rand.NewPCG(30, 5))
	for range 5_000 {
		word := reservedWords[rng.IntN(len(reservedWords))]
		spelled := ""
		for _, c := range word {
			if all := others[c]; len(all) > 0 && rng.IntN(3) > 0 {
				r := all[rng.IntN(len(all))]
				// A dotted i is not like l, though I is.
				if d := safetext.Drawn("ж" + string(r)); d == "ж"+string(c) || c == 'i' && d == "жl" {
					c = r
				}
			}
			spelled += string(c)
		}
		if !safetext.Reserved(spelled) {
			t.Errorf("%s (%+q) is free as %s: key %+q, drawn %+q", spelled, spelled, word, safetext.Key(spelled), safetext.Drawn(spelled))
		}
	}
}

func BenchmarkReserved(b *testing.B) {
	for _, name := range []string{"alice", "Владимир"} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				safetext.Reserved(name)
			}
		})
	}
}
