package storetest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"wegweiser/shared/journey"
	"wegweiser/shared/store"
)

// receipt is one of owner o that never expires.
func receipt(id, body string) store.Receipt {
	return store.Receipt{ReceiptKey: store.ReceiptKey{Owner: "o", ID: id}, Body: []byte(body)}
}

// of gives receipts to another owner.
func of(owner string, receipts ...store.Receipt) []store.Receipt {
	all := append([]store.Receipt(nil), receipts...)
	for i := range all {
		all[i].Owner = owner
	}
	return all
}

func (c *check) keeps(receipts ...store.Receipt) {
	c.Helper()
	if err := c.PutReceipts(context.Background(), receipts); err != nil {
		c.Fatalf("PutReceipts: %v", err)
	}
}

// receipt checks what is read under a key.
func (c *check) receipt(want store.Receipt, now journey.Millis) {
	c.Helper()
	got, err := c.Receipt(context.Background(), want.ReceiptKey, now)
	if err != nil {
		c.Fatalf("Receipt(%v): %v", want.ReceiptKey, err)
	}
	c.same("key", got.ReceiptKey, want.ReceiptKey)
	c.same("body", string(got.Body), string(want.Body))
	c.same("expiry", got.Expires, want.Expires)
}

func (c *check) noReceipt(key store.ReceiptKey, now journey.Millis, want error) {
	c.Helper()
	if got, err := c.Receipt(context.Background(), key, now); !errors.Is(err, want) {
		c.Errorf("Receipt(%v): got %v, %v, want error %v", key, got, err, want)
	}
}

// owned returns the ids of an owner's receipts, in the order of the store.
func (c *check) owned(owner string, now journey.Millis) []string {
	c.Helper()
	var all []string
	for r, err := range c.ReceiptsOf(context.Background(), owner, now) {
		if err != nil {
			c.Fatalf("ReceiptsOf(%s): %v", owner, err)
		}
		if r.Owner != owner || len(r.Body) == 0 {
			c.Errorf("ReceiptsOf(%s): got %+v, want a whole receipt of that owner", owner, r)
		}
		all = append(all, r.ID)
	}
	return all
}

// walk returns the keys behind one, in the order of the store.
func (c *check) walk(after store.ReceiptKey, now journey.Millis) []store.ReceiptKey {
	c.Helper()
	var all []store.ReceiptKey
	for r, err := range c.AllReceipts(context.Background(), after, now) {
		if err != nil {
			c.Fatalf("AllReceipts(%v): %v", after, err)
		}
		all = append(all, r.ReceiptKey)
	}
	return all
}

func receiptMembers() []member {
	const minute = 60_000
	return []member{
		{"ReceiptsAreKept", func(c *check) {
			expiring := receipt("02", "second")
			expiring.Expires = noon + minute
			large := receipt("03", strings.Repeat("x", store.MaxReceiptBytes))
			empty := receipt("04", "")
			empty.Body = nil
			all := []store.Receipt{receipt("01", "first"), expiring, large, empty, of("p", receipt("01", "of another"))[0]}
			c.keeps(all...)
			for _, want := range all {
				c.receipt(want, noon)
			}
			c.noReceipt(store.ReceiptKey{Owner: "o", ID: "05"}, noon, store.ErrNotFound)
			c.noReceipt(store.ReceiptKey{Owner: "q", ID: "01"}, noon, store.ErrNotFound)
			c.keeps()
			again := receipt("01", "once more")
			c.keeps(again)
			c.receipt(again, noon)
		}},
		{"ReceiptIsAsItWasPut", func(c *check) {
			r := receipt("01", "first")
			c.keeps(r)
			r.Body[0] = 'X'
			c.receipt(receipt("01", "first"), noon)
		}},
		{"ReceiptsExpireToTheSecond", func(c *check) {
			r := receipt("01", "first")
			r.Expires = noon + minute
			c.keeps(r, receipt("00", "kept"))
			c.receipt(r, noon+minute-1)
			c.same("before", c.owned("o", noon+minute-1), []string{"01", "00"})
			c.same("all before", len(c.walk(store.ReceiptKey{}, noon+minute-1)), 2)
			c.noReceipt(r.ReceiptKey, noon+minute, store.ErrNotFound)
			c.same("then", c.owned("o", noon+minute), []string{"00"})
			c.same("all then", len(c.walk(store.ReceiptKey{}, noon+minute)), 1)
		}},
		{"ReceiptsOfAnOwnerAreNewestFirst", func(c *check) {
			var want []string
			var some []store.Receipt
			for i := range 620 {
				r := receipt(fmt.Sprintf("01ARZ%04d", i), strings.Repeat("x", 2000))
				some, want = append(some, r), append([]string{r.ID}, want...)
			}
			c.keeps(some...)
			c.keeps(of("oo", receipt("01", "x"))...)
			c.keeps(of("n", receipt("99", "x"))...)
			c.puts(store.Message{Owner: "o", ID: "m"}, result("hero", "d_1"))
			c.same("ids", c.owned("o", noon), want)
			c.same("of nobody", c.owned("p", noon), []string(nil))
		}},
		{"AllReceiptsGoOnAtEveryCut", func(c *check) {
			for i := range 7 {
				for k := range i {
					c.keeps(of(fmt.Sprint("o", i), receipt(fmt.Sprint("0", k), "x"))...)
				}
			}
			c.puts(store.Message{Owner: "o1", ID: "m"}, result("hero", "d_1"))
			all := c.walk(store.ReceiptKey{}, noon)
			c.same("receipts", len(all), 21)
			for i, after := range all {
				c.same(fmt.Sprint("behind ", after), c.walk(after, noon), append([]store.ReceiptKey(nil), all[i+1:]...))
			}
			gone := c.walk(store.ReceiptKey{Owner: "o3", ID: "01x"}, noon)
			at := 0
			for i, key := range all {
				if key == (store.ReceiptKey{Owner: "o3", ID: "01"}) {
					at = i
				}
			}
			c.same("behind one that is not there", gone, append([]store.ReceiptKey(nil), all[at+1:]...))
		}},
		{"ReceiptsHaveTheirLimits", func(c *check) {
			for name, r := range map[string]store.Receipt{
				"no owner": of("", receipt("01", "x"))[0], "no id": receipt("", "x"), "control": receipt("0\n", "x"),
				"large": receipt("01", strings.Repeat("x", store.MaxReceiptBytes+1)),
			} {
				if err := c.PutReceipts(context.Background(), []store.Receipt{receipt("00", "x"), r}); !errors.Is(err, store.ErrInvalid) {
					c.Errorf("%s: got error %v, want ErrInvalid", name, err)
				}
			}
			c.same("receipts", c.owned("o", noon), []string(nil))
			c.noReceipt(store.ReceiptKey{Owner: "o"}, noon, store.ErrInvalid)
			for _, err := range c.ReceiptsOf(context.Background(), "", noon) {
				if !errors.Is(err, store.ErrInvalid) {
					c.Errorf("ReceiptsOf nobody: got error %v, want ErrInvalid", err)
				}
			}
			for _, err := range c.AllReceipts(context.Background(), store.ReceiptKey{ID: "01"}, noon) {
				if !errors.Is(err, store.ErrInvalid) {
					c.Errorf("AllReceipts behind no key: got error %v, want ErrInvalid", err)
				}
			}
		}},
		{"ConcurrentReceiptsAreAllKept", func(c *check) {
			together(10, func(i int) {
				c.keeps(receipt(fmt.Sprintf("%02da", i), "x"), receipt(fmt.Sprintf("%02db", i), "x"))
			})
			c.same("receipts", len(c.owned("o", noon)), 20)
		}},
		{"ReceiptsAreNoVisitors", func(c *check) {
			c.keeps(receipt("01", "x"))
			c.puts(store.Message{Owner: "o", ID: "m"}, result("hero", "d_1"))
			c.same("visitors", c.visitors(), []string(nil))
			c.same("touchpoints", len(c.bodies("o", noon)), 0)
		}},
	}
}

// result is one of a decision for a placement, for a day.
func result(placement, decision string) store.Result {
	return store.Result{Placement: placement, Decision: decision, Body: []byte(placement + " of " + decision), Expires: noon.Add(24 * time.Hour)}
}

// puts stores results and expects them to be the first.
func (c *check) puts(m store.Message, results ...store.Result) {
	c.Helper()
	if there := c.putAt(noon, m, results...); there != nil {
		c.Errorf("PutResults(%v): got %v in the way, want nothing", m, there)
	}
}

func (c *check) putAt(now journey.Millis, m store.Message, results ...store.Result) []store.Result {
	c.Helper()
	there, err := c.PutResults(context.Background(), now, m, results)
	if err != nil {
		c.Fatalf("PutResults(%v): %v", m, err)
	}
	return there
}

func (c *check) results(m store.Message, now journey.Millis, want ...store.Result) {
	c.Helper()
	got, err := c.Results(context.Background(), m, now)
	if err != nil {
		c.Fatalf("Results(%v): %v", m, err)
	}
	c.same(fmt.Sprintf("results of %v", m), got, want)
}

func resultMembers() []member {
	m := store.Message{Owner: "o", ID: "autumn"}
	return []member{
		{"FirstResultWins", func(c *check) {
			c.results(m, noon)
			c.puts(m, result("hero", "d_1"))
			c.same("what is in the way", c.putAt(noon, m, result("hero", "d_2")), []store.Result{result("hero", "d_1")})
			c.results(m, noon, result("hero", "d_1"))
			c.puts(m, result("footer", "d_3"))
			c.results(m, noon, result("footer", "d_3"), result("hero", "d_1"))
		}},
		{"ResultsOfOneCallAreAllOrNone", func(c *check) {
			c.puts(m, result("a", "d_1"), result("b", "d_1"), result("c", "d_1"))
			c.same("what is in the way", c.putAt(noon, m, result("b", "d_2"), result("x", "d_2"), result("c", "d_2")),
				[]store.Result{result("b", "d_1"), result("c", "d_1")})
			c.results(m, noon, result("a", "d_1"), result("b", "d_1"), result("c", "d_1"))
		}},
		{"OwnResultsAreNotInTheWay", func(c *check) {
			for range 2 {
				c.puts(m, result("hero", "d_1"))
				c.puts(m, result("a", "d_2"), result("b", "d_2"))
			}
			c.results(m, noon, result("a", "d_2"), result("b", "d_2"), result("hero", "d_1"))
		}},
		{"ResultsStandAlone", func(c *check) {
			c.puts(m, result("hero", "d_0"))
			for i, other := range []store.Message{
				{Owner: "o", ID: "winter"},
				{Owner: "p", ID: "autumn"},
				{Owner: "o", ID: "autumn#hero"},
				{Owner: "oa", ID: "utumn"},
				{Owner: "o", ID: strings.Repeat("m", journey.MaxIDBytes)},
			} {
				own := result("hero", fmt.Sprint("d_", i+1))
				c.results(other, noon)
				c.puts(other, own)
				c.results(other, noon, own)
			}
			long := result(strings.Repeat("p", journey.MaxIDBytes), strings.Repeat("d", journey.MaxIDBytes))
			c.puts(m, long)
			c.results(m, noon, result("hero", "d_0"), long)
		}},
		{"ResultsExpireToTheSecond", func(c *check) {
			c.puts(m, result("hero", "d_1"), result("footer", "d_1"))
			gone := result("hero", "d_1").Expires
			c.same("just before", len(c.putAt(gone-1, m, result("hero", "d_2"))), 1)
			c.results(m, gone-1, result("footer", "d_1"), result("hero", "d_1"))
			c.results(m, gone)
			next := result("hero", "d_2")
			next.Expires = gone.Add(time.Hour)
			if there := c.putAt(gone, m, next); there != nil {
				c.Errorf("PutResults over what is expired: got %v in the way, want nothing", there)
			}
			c.results(m, gone, next)
		}},
		{"ResultsHaveTheirLimits", func(c *check) {
			var many []store.Result
			for i := range store.MaxResults + 1 {
				r := result(fmt.Sprintf("%02d", i), "d_1")
				r.Body = bytes.Repeat([]byte("x"), store.MaxResultBytes)
				many = append(many, r)
			}
			large := result("a", "d_1")
			large.Body = make([]byte, store.MaxResultBytes+1)
			for name, call := range map[string]struct {
				m       store.Message
				results []store.Result
			}{
				"none": {m, nil}, "too many": {m, many}, "too large": {m, []store.Result{large}},
				"two for one": {m, []store.Result{result("a", "d_1"), result("a", "d_1")}}, "no placement": {m, []store.Result{result("", "d_1")}},
				"no decision": {m, []store.Result{result("a", "")}}, "no owner": {store.Message{ID: "autumn"}, many[:1]}, "no message": {store.Message{Owner: "o"}, many[:1]},
			} {
				if _, err := c.PutResults(context.Background(), noon, call.m, call.results); !errors.Is(err, store.ErrInvalid) {
					c.Errorf("%s: got error %v, want ErrInvalid", name, err)
				}
			}
			if _, err := c.Results(context.Background(), store.Message{}, noon); !errors.Is(err, store.ErrInvalid) {
				c.Errorf("Results of nothing: got error %v, want ErrInvalid", err)
			}
			c.results(m, noon)
			c.puts(m, many[:store.MaxResults]...)
			c.results(m, noon, many[:store.MaxResults]...)
		}},
		{"OneOfConcurrentResultsWins", func(c *check) {
			answers := make([]string, 30)
			together(len(answers), func(i int) {
				own := []store.Result{result("a", fmt.Sprint("d_", i)), result("b", fmt.Sprint("d_", i))}
				if i%3 == 0 {
					own = own[:1]
				}
				answers[i] = own[0].Decision
				for _, r := range c.putAt(noon, m, own...) {
					if r.Placement == "a" {
						answers[i] = r.Decision
					}
				}
			})
			stored, err := c.Results(context.Background(), m, noon)
			if err != nil || len(stored) == 0 {
				c.Fatalf("Results: got %v, %v, want some", stored, err)
			}
			for i, answer := range answers {
				if answer != stored[0].Decision {
					c.Errorf("caller %d was answered with %s, want %s, which won", i, answer, stored[0].Decision)
				}
			}
		}},
	}
}
