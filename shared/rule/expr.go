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

// ops gives each operator its name in JSON, its sign in a when text and, for the
// arithmetic ones, how tightly it binds.
var ops = [...]struct {
	name, sign string
	binds      int
}{
	OpLiteral:       {},
	OpRead:          {},
	OpAnd:           {name: "and", sign: "and"},
	OpOr:            {name: "or", sign: "or"},
	OpNot:           {name: "not", sign: "not"},
	OpMissing:       {name: "missing", sign: "missing"},
	OpEqual:         {name: "eq", sign: "=="},
	OpNotEqual:      {name: "ne", sign: "!="},
	OpLess:          {name: "lt", sign: "<"},
	OpLessEqual:     {name: "le", sign: "<="},
	OpGreater:       {name: "gt", sign: ">"},
	OpGreaterEqual:  {name: "ge", sign: ">="},
	OpIn:            {name: "in", sign: "in"},
	OpNotIn:         {name: "not_in", sign: "not in"},
	OpContains:      {name: "contains", sign: "contains"},
	OpNotContains:   {name: "not_contains", sign: "not contains"},
	OpStartsWith:    {name: "starts_with", sign: "startsWith"},
	OpNotStartsWith: {name: "not_starts_with", sign: "not startsWith"},
	OpEndsWith:      {name: "ends_with", sign: "endsWith"},
	OpNotEndsWith:   {name: "not_ends_with", sign: "not endsWith"},
	OpMatches:       {name: "matches", sign: "matches"},
	OpNotMatches:    {name: "not_matches", sign: "not matches"},
	OpAdd:           {name: "add", sign: "+", binds: 1},
	OpSubtract:      {name: "sub", sign: "-", binds: 1},
	OpMultiply:      {name: "mul", sign: "*", binds: 2},
	OpDivide:        {name: "div", sign: "/", binds: 2},
	OpRemainder:     {name: "mod", sign: "%", binds: 2},
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
