package gateway

import (
	"encoding/json"
	"reflect"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"wegweiser/shared/journey"
	"wegweiser/shared/personalize"
	"wegweiser/shared/snapshot"
	"wegweiser/shared/tables"
)

const schemaPrefix = "#/components/schemas/"

// schemas are the types of the API as JSON Schema. Huma reads them off the Go
// types; what JSON says otherwise than a Go type is said here.
type schemas struct {
	registry huma.Registry
	closed   map[string]bool // of requests: unknown fields are refused
}

func newSchemas(all []served) *schemas {
	s := &schemas{registry: huma.NewMapRegistry(schemaPrefix, schemaName), closed: map[string]bool{}}
	s.registry.RegisterTypeAlias(reflect.TypeFor[journey.Millis](), reflect.TypeFor[time.Time]())
	s.registry.RegisterTypeAlias(reflect.TypeFor[journey.Consent](), reflect.TypeFor[consentSchema]())
	s.registry.RegisterTypeAlias(reflect.TypeFor[snapshot.Content](), reflect.TypeFor[map[string]string]())
	s.registry.RegisterTypeAlias(rawType, reflect.TypeFor[map[string]any]())
	for i := range all {
		if all[i].in != nil {
			s.of(all[i].in)
		}
	}
	s.touchpoints(reflect.TypeFor[personalize.CollectRequest](), 1, personalize.MaxTouchpoints)
	s.touchpoints(reflect.TypeFor[personalize.DecideRequest](), 0, personalize.MaxDecisionTouchpoints)
	for name := range s.registry.Map() {
		s.closed[name] = true
	}
	return s
}

func schemaName(t reflect.Type, hint string) string {
	if t == reflect.TypeFor[tables.Problem]() {
		return "ConfigProblem"
	}
	return huma.DefaultSchemaNamer(t, hint)
}

func (s *schemas) of(t reflect.Type) *huma.Schema { return s.registry.Schema(t, true, "") }

// touchpoints describes what a request keeps raw.
func (s *schemas) touchpoints(request reflect.Type, least, most int) {
	list := s.registry.Schema(request, false, "").Properties["touchpoints"]
	list.Items = s.of(reflect.TypeFor[personalize.TouchpointInput]())
	list.MinItems, list.MaxItems = &least, &most
}

// consentSchema is how consent is written: "none" or a list of purposes.
type consentSchema struct{}

func (consentSchema) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{
		Description: `What the visitor agreed to: "none", or a list of purposes.`,
		OneOf: []*huma.Schema{
			{Type: huma.TypeString, Enum: []any{"none"}},
			{Type: huma.TypeArray, UniqueItems: true, Items: &huma.Schema{
				Type: huma.TypeString, Enum: []any{journey.Personalization, journey.Measurement, journey.Advertising},
			}},
		},
	}
}

// finish says what holds for every schema: only requests are closed, a list is
// never null, and a pointer that is always there may be.
func (s *schemas) finish() {
	for name, schema := range s.registry.Map() {
		if !s.closed[name] {
			schema.AdditionalProperties = nil
		}
		for _, property := range schema.Properties {
			property.Nullable = property.Nullable && property.Type != huma.TypeArray
		}
		t := s.registry.TypeFromRef(schemaPrefix + name)
		for i := range t.NumField() {
			s.nullable(schema, t.Field(i))
		}
	}
}

// nullable lets a field be null that is a pointer and always there.
func (s *schemas) nullable(schema *huma.Schema, field reflect.StructField) {
	name := field.Tag.Get("json")
	property := schema.Properties[name]
	switch {
	case property == nil || field.Type.Kind() != reflect.Pointer:
	case property.Ref == "":
		property.Nullable = true
	default:
		schema.Properties[name] = &huma.Schema{AnyOf: []*huma.Schema{{Ref: property.Ref}, {Type: "null"}}}
	}
}

func exampleOf(text string) (value any, err error) {
	err = json.Unmarshal([]byte(text), &value)
	return value, err
}
