package journey

import (
	"strconv"
	"strings"
)

// Money is an amount of a currency. Amount is decimal text as it was given,
// such as "499.00" or "-12.5".
type Money struct {
	Amount   string `json:"amount"`
	Currency string `json:"currency"`
}

// Units of money: an amount is counted in ten-thousandths, so that every
// currency of ISO 4217 (up to four decimals) adds up exactly.
const (
	moneyDecimals = 4
	moneyWhole    = 12 // digits: hundreds of such amounts add up without overflow
)

// Units is an exact amount in ten-thousandths of a currency.
type Units int64

// Float returns u in whole units of its currency.
func (u Units) Float() float64 { return float64(u) / 10_000 }

// String returns u as decimal text with two decimals or, where it has finer
// ones, as many as it needs.
func (u Units) String() string {
	sign, rest := "", uint64(u)
	if u < 0 {
		sign, rest = "-", -rest
	}
	fraction := strconv.FormatUint(rest%10_000+10_000, 10)[1:]
	fraction = fraction[:2] + strings.TrimRight(fraction[2:], "0")
	return sign + strconv.FormatUint(rest/10_000, 10) + "." + fraction
}

// Units returns the exact amount of m. It reports false for text that is not
// a decimal number of at most 12 whole digits and 4 decimals.
func (m *Money) Units() (Units, bool) {
	text, negative := strings.CutPrefix(m.Amount, "-")
	whole, fraction, dotted := strings.Cut(text, ".")
	if whole == "" || len(whole) > moneyWhole || dotted && fraction == "" || len(fraction) > moneyDecimals || !digits(whole) || !digits(fraction) {
		return 0, false
	}
	n, err := strconv.ParseInt(whole+fraction+strings.Repeat("0", moneyDecimals-len(fraction)), 10, 64)
	if err != nil {
		return 0, false
	}
	if negative {
		return -Units(n), true
	}
	return Units(n), true
}

func digits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

func (m *Money) check() *Fault {
	if _, ok := m.Units(); !ok {
		return fault("value.amount", "bad_money", `must be decimal text of at most 12 digits and 4 decimals, such as "499.00"`)
	}
	if len(m.Currency) != 3 {
		return fault("value.currency", "bad_money", "must be a currency code of three capital letters, such as EUR")
	}
	for i := range 3 {
		if m.Currency[i] < 'A' || m.Currency[i] > 'Z' {
			return fault("value.currency", "bad_money", "must be a currency code of three capital letters, such as EUR")
		}
	}
	return nil
}
