package ingest

import (
	"fmt"
	"math/big"
	"strings"

	"wegweiser/shared/journey"
)

// amount reads the value of a row: the product of its factors.
type amount struct {
	factors  []*template
	currency field
	comma    bool // decimals stand behind a comma
}

func (n node) amount(c *columns) *amount {
	a := &amount{}
	n.fields(map[string]func(node){
		"amount": func(n node) {
			members := []node{n}
			if n.isList() {
				members = n.list()
			}
			for _, member := range members {
				a.factors = append(a.factors, member.template(c))
			}
		},
		"currency": func(n node) { a.currency = n.field(c) },
	})
	if len(a.factors) == 0 || a.currency == nil {
		n.problem(`needs amount and currency, as in {amount: ["{Quantity}", "{UnitPrice}"], currency: GBP}`)
	}
	return a
}

// money returns the value of a row, or nil where a factor is empty. It is
// rounded to four decimals, halves away from zero.
func (a *amount) money(r *row) (*journey.Money, error) {
	if len(a.factors) == 1 {
		text := a.number(a.factors[0].fill(r))
		if text == "" {
			return nil, nil
		}
		if plain := (&journey.Money{Amount: text}); plainDecimal(plain) {
			return a.priced(text, r)
		}
	}
	product := big.NewRat(1, 1)
	for _, factor := range a.factors {
		text := a.number(factor.fill(r))
		if text == "" {
			return nil, nil
		}
		n, ok := new(big.Rat).SetString(text)
		if !ok || len(text) > 40 || strings.ContainsAny(text, "/eEpPxX_") {
			return nil, fmt.Errorf("%.40q is not a decimal number", text)
		}
		product.Mul(product, n)
	}
	text := product.FloatString(4)
	if whole, fraction, ok := strings.Cut(text, "."); ok {
		fraction = fraction[:2] + strings.TrimRight(fraction[2:], "0")
		text = whole + "." + fraction
	}
	if text == "-0.00" {
		text = "0.00"
	}
	return a.priced(text, r)
}

func plainDecimal(m *journey.Money) bool { _, ok := m.Units(); return ok }

func (a *amount) number(text string) string {
	text = strings.TrimSpace(text)
	if a.comma {
		text = strings.ReplaceAll(strings.ReplaceAll(text, ".", ""), ",", ".")
	}
	return text
}

func (a *amount) priced(text string, r *row) (*journey.Money, error) {
	currency, err := trimmed(a.currency, r)
	if err != nil {
		return nil, err
	}
	return &journey.Money{Amount: text, Currency: currency}, nil
}
