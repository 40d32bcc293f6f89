package parse_test

import (
	"fmt"

	"wegweiser/shared/rule"
	"wegweiser/shared/rule/parse"
)

func ExampleParse() {
	schema := &parse.Schema{
		Phases: []string{"awareness", "consideration", "decision"},
		Types:  []string{"product_view", "cart_add"},
		Traits: map[string]rule.Type{"age": rule.Number},
	}
	c, problems := parse.Parse(`phase == "decision" and count("cart_add", "48h") > 0`, schema)
	fmt.Println(c, len(problems))

	text := `phsae = "decision" and visitor.age >= "x"`
	_, problems = parse.Parse(text, schema)
	for _, p := range problems {
		fmt.Println(p.Message)
		fmt.Println(parse.Caret(text, p.Offset))
	}
	// Output:
	// phase == "decision" and count("cart_add", "2d") > 0 0
	// there is no field called phsae; did you mean phase?
	// phsae = "decision" and visitor.age >= "x"
	// ^
	// use == to compare
	// phsae = "decision" and visitor.age >= "x"
	//       ^
	// visitor.age is a number; "x" is text
	// phsae = "decision" and visitor.age >= "x"
	//                                       ^
}
