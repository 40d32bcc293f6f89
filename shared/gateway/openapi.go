package gateway

import (
	"context"
	_ "embed"
	"encoding/json"
	"sync"
)

// openapiJSON is the OpenAPI 3.1 document of all routes, whichever of them a
// gateway serves. The tests of this package write it from the types of the
// handlers, and fail where it is another one.
//
//go:embed openapi.json
var openapiJSON []byte

// registryJSON is what forms have to know of the tables, settings and
// conditions of this program. The tests of docs write it from the checker's
// own registry, and fail where it is another one.
//
//go:embed registry.json
var registryJSON []byte

// built returns the handler of a document that is the same until the next
// build. It may be kept, and is asked for by its ETag.
func built(document []byte) func(context.Context, *call) (json.RawMessage, error) {
	tag := sync.OnceValue(func() string { return newVariant(document).tag })
	return func(_ context.Context, c *call) (json.RawMessage, error) {
		c.answer.Set("Cache-Control", "no-cache")
		c.answer.Set("ETag", tag())
		return document, nil
	}
}
