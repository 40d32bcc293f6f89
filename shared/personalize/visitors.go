package personalize

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"wegweiser/shared/journey"
	"wegweiser/shared/rule"
)

// UpdateVisitor changes what is said of a visitor: traits by name (null
// removes one), locale, zone and country. Declared traits must be of their
// type; others are kept as text, number or true/false.
func (s *Service) UpdateVisitor(ctx context.Context, _ Caller, visitor string, update VisitorUpdate) (*Visitor, error) {
	if err := s.checkUpdate(visitor, update); err != nil {
		return nil, err
	}
	return s.change(ctx, visitor, func(p *journey.Profile) error {
		for name, value := range update.Traits {
			if value == nil {
				delete(p.Traits, name)
				continue
			}
			if p.Traits == nil {
				p.Traits = map[string]any{}
			}
			p.Traits[name] = value
		}
		set(&p.Locale, update.Locale)
		set(&p.Zone, update.Zone)
		set(&p.Country, update.Country)
		return checkTraits(p.Traits)
	})
}

// SetConsent stores what a visitor agreed to. It counts for every later call
// that says nothing itself.
func (s *Service) SetConsent(ctx context.Context, _ Caller, visitor string, update ConsentUpdate) (*Visitor, error) {
	if fault := journey.CheckID("visitor", visitor); fault != nil {
		return nil, invalid(fault.Field, fault.Code, fault.Message)
	}
	if !update.Consent.Stated {
		return nil, invalid("consent", "missing", `is needed: "none" or a list of personalization, measurement, advertising`)
	}
	now := s.now()
	return s.change(ctx, visitor, func(p *journey.Profile) error {
		p.Consent = update.Consent
		p.Consent.Since = now
		return nil
	})
}

func (s *Service) change(ctx context.Context, visitor string, change func(*journey.Profile) error) (*Visitor, error) {
	var after journey.Profile
	err := s.store.Change(ctx, visitor, func(p *journey.Profile) error {
		if err := change(p); err != nil {
			return err
		}
		after = p.Clone()
		return nil
	})
	if err != nil {
		var refusal *Error
		if errors.As(err, &refusal) {
			return nil, err
		}
		return nil, unavailable("storing the profile", err)
	}
	if after.Traits == nil {
		after.Traits = map[string]any{}
	}
	return &Visitor{
		Visitor: visitor, Traits: after.Traits, Locale: after.Locale,
		Zone: after.Zone, Country: after.Country, Consent: after.Consent,
	}, nil
}

func (s *Service) checkUpdate(visitor string, update VisitorUpdate) error {
	if fault := journey.CheckID("visitor", visitor); fault != nil {
		return invalid(fault.Field, fault.Code, fault.Message)
	}
	live := s.live.current.Load().snapshot
	declared := live.Settings().Traits
	for name, value := range update.Traits {
		if fault := journey.CheckName("traits", name); fault != nil {
			return invalid("traits", fault.Code, "names must be 1 to 64 characters of a-z, 0-9, _ and .")
		}
		if value == nil {
			continue
		}
		if kind, ok := declared[name]; ok && !fits(kind, value) {
			return invalid("traits."+name, "wrong_type", "must be of the declared type, "+kind.String())
		}
		if !fits(rule.Text, value) && !fits(rule.Number, value) && !fits(rule.Bool, value) {
			return invalid("traits."+name, "wrong_type", "must be text, a number, true or false")
		}
	}
	if update.Locale != nil && *update.Locale != "" {
		if _, fault := live.Context(map[string]any{"locale": *update.Locale}); fault != nil {
			return invalid("locale", "bad_locale", fault.Message)
		}
	}
	if update.Zone != nil && *update.Zone != "" {
		if _, err := time.LoadLocation(*update.Zone); err != nil || *update.Zone == "Local" {
			return invalid("zone", "bad_zone", "must be an IANA time zone such as Europe/Vienna")
		}
	}
	if update.Country != nil && *update.Country != "" && !isCountry(*update.Country) {
		return invalid("country", "bad_country", "must be two capital letters such as AT")
	}
	return nil
}

func checkTraits(traits map[string]any) error {
	if len(traits) > journey.MaxTraits {
		return invalid("traits", "too_many", "must be at most 50")
	}
	body, err := json.Marshal(traits)
	if err != nil {
		return invalid("traits", "bad_json", "must be a JSON object")
	}
	if len(body) > journey.MaxTraitsBytes {
		return invalid("traits", "too_large", "must be at most 4 KB as JSON")
	}
	return nil
}

// fits reports whether a JSON value is of a declared type. A time is RFC 3339
// text.
func fits(kind rule.Type, value any) bool {
	switch v := value.(type) {
	case string:
		if kind == rule.Time {
			var m journey.Millis
			return m.UnmarshalText([]byte(v)) == nil
		}
		return kind == rule.Text
	case float64:
		return kind == rule.Number
	case bool:
		return kind == rule.Bool
	}
	return false
}

func isCountry(code string) bool {
	return len(code) == 2 && code[0] >= 'A' && code[0] <= 'Z' && code[1] >= 'A' && code[1] <= 'Z'
}

func set(field, value *string) {
	if value != nil {
		*field = *value
	}
}
