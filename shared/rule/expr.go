package rule

import "regexp"

// Op is what a node of a condition's tree does.
type Op uint8

// The operators. Literal and Read are leaves; the others work on Args.
const (
	OpLiteral Op = iota // Value
	OpRead              // the value of Fact
	OpAnd               // two or more conditions
	OpOr                // two or more conditions
	OpNot               // one condition
	OpMissing           // one OpRead

	OpEqual // two values of one type
	OpNotEqual
	OpLess // two numbers or two times, and so for the next three
	OpLessEqual
	OpGreater
	OpGreaterEqual
	OpIn // a text or number, then one or more literals of its type
	OpNotIn
	OpContains // two texts, and so for the next five
	OpNotContains
	OpStartsWith
	OpNotStartsWith
	OpEndsWith
	OpNotEndsWith
	OpMatches // a text, then a literal Go regular expression
	OpNotMatches

	OpAdd // two numbers, and so for the rest
	OpSubtract
	OpMultiply
	OpDivide
	OpRemainder // as math.Mod: the sign is that of the first number
)

// ops gives each operator its sign in a when text and, for the arithmetic ones,
// how tightly it binds.
var ops = [...]struct {
	sign  string
	binds int
}{
	OpLiteral:       {},
	OpRead:          {},
	OpAnd:           {sign: "and"},
	OpOr:            {sign: "or"},
	OpNot:           {sign: "not"},
	OpMissing:       {sign: "missing"},
	OpEqual:         {sign: "=="},
	OpNotEqual:      {sign: "!="},
	OpLess:          {sign: "<"},
	OpLessEqual:     {sign: "<="},
	OpGreater:       {sign: ">"},
	OpGreaterEqual:  {sign: ">="},
	OpIn:            {sign: "in"},
	OpNotIn:         {sign: "not in"},
	OpContains:      {sign: "contains"},
	OpNotContains:   {sign: "not contains"},
	OpStartsWith:    {sign: "startsWith"},
	OpNotStartsWith: {sign: "not startsWith"},
	OpEndsWith:      {sign: "endsWith"},
	OpNotEndsWith:   {sign: "not endsWith"},
	OpMatches:       {sign: "matches"},
	OpNotMatches:    {sign: "not matches"},
	OpAdd:           {sign: "+", binds: 1},
	OpSubtract:      {sign: "-", binds: 1},
	OpMultiply:      {sign: "*", binds: 2},
	OpDivide:        {sign: "/", binds: 2},
	OpRemainder:     {sign: "%", binds: 2},
}

func (op Op) valid() bool      { return int(op) < len(ops) }
func (op Op) comparison() bool { return op >= OpEqual && op <= OpNotMatches }
func (op Op) arithmetic() bool { return op >= OpAdd && op <= OpRemainder }

// String returns the sign of op in a when text; a leaf has none.
func (op Op) String() string {
	if !op.valid() {
		return "unknown"
	}
	return ops[op].sign
}

// Expr is one node of a condition that is being built; New makes a Condition of
// the root.
type Expr struct {
	Op    Op
	Args  []Expr
	Fact  Fact  // of OpRead
	Value Value // of OpLiteral

	pattern *regexp.Regexp // of the literal that OpMatches compares with
}

// Literal returns a leaf that is always v.
func Literal(v Value) Expr { return Expr{Op: OpLiteral, Value: v} }

// Read returns a leaf that is worth what f is.
func Read(f Fact) Expr { return Expr{Op: OpRead, Fact: f} }

// Apply returns a node that works on args.
func Apply(op Op, args ...Expr) Expr { return Expr{Op: op, Args: args} }
