package demo_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wegweiser/cmd/wegweiser/demo"
	"wegweiser/shared/journey"
	"wegweiser/shared/personalize"
	"wegweiser/shared/phase"
	"wegweiser/shared/rule/parse"
	"wegweiser/shared/store/embedded"
	"wegweiser/shared/tables/files"
)

var until = journey.At(time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC))

func TestPeopleAreTheSameButForTheMoment(t *testing.T) {
	first, again := demo.People(until), demo.People(until)
	if diff := cmp.Diff(first, again); diff != "" {
		t.Fatalf("two runs differ (-first +second):\n%s", diff)
	}
	later := demo.People(until.Add(time.Hour))
	for i := range first {
		if len(first[i].Touchpoints) != len(later[i].Touchpoints) {
			t.Fatalf("%s has %d touchpoints, an hour later %d", first[i].Visitor, len(first[i].Touchpoints), len(later[i].Touchpoints))
		}
		for j, was := range first[i].Touchpoints {
			is := later[i].Touchpoints[j]
			was.At, is.At = "", ""
			if diff := cmp.Diff(was, is); diff != "" {
				t.Fatalf("an hour later (-before +after):\n%s", diff)
			}
		}
	}
}

func TestJourneysAreOnEveryChannelAndWellFormed(t *testing.T) {
	channels, total := map[string]bool{}, 0
	for _, person := range demo.People(until) {
		ids := map[string]bool{}
		for _, in := range person.Touchpoints {
			at := journey.Millis(0)
			if err := at.UnmarshalText([]byte(in.At)); err != nil || at > until {
				t.Errorf("%s is at %s, want a time up to the end", in.ID, in.At)
			}
			touchpoint := journey.Touchpoint{
				ID: in.ID, Visitor: in.Visitor, Type: in.Type, Channel: in.Channel, Source: in.Source, At: at,
				Item: in.Item, Category: in.Category, Value: in.Value, Campaign: in.Campaign, Props: in.Props,
			}
			if fault := touchpoint.Validate(until); fault != nil {
				t.Errorf("%s: %v", in.ID, fault)
			}
			if !slices.Contains(journey.Types(), in.Type) {
				t.Errorf("%s has the type %s, which is not of the vocabulary", in.ID, in.Type)
			}
			if ids[in.ID] {
				t.Errorf("%s is there twice", in.ID)
			}
			ids[in.ID] = true
			network, social := strings.CutPrefix(in.Channel, "social.")
			if social && network == "" || !social && !slices.Contains(journey.Channels(), in.Channel) {
				t.Errorf("%s is on the channel %s, which is not of the vocabulary", in.ID, in.Channel)
			}
			channels[in.Channel] = true
			total++
		}
	}
	for _, channel := range append(journey.Channels(), "social.instagram") {
		if !channels[channel] {
			t.Errorf("nobody was on %s", channel)
		}
	}
	t.Logf("%d people, %d touchpoints", len(demo.People(until)), total)
}

// Every story ends where it says: its people are in the phase and standing
// that a marketer would expect of it.
func TestStoriesEndWhereTheySay(t *testing.T) {
	kept, err := embedded.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer kept.Close()
	service := personalize.New(kept, &personalize.Options{Clock: func() time.Time { return until.Time() }, Parse: parse.Parse})
	ctx := t.Context()
	if err := service.Start(ctx); err != nil {
		t.Fatal(err)
	}
	publish(t, service)
	for range 2 { // again changes nothing
		done := 0
		if err := demo.Seed(ctx, service, until, func(n int) { done += n }); err != nil {
			t.Fatal(err)
		}
		if people := len(demo.People(until)); done != people {
			t.Errorf("progress was told %d of %d people", done, people)
		}
	}

	type place struct{ phase, standing string }
	want := map[string]place{
		"browser":            {"awareness", phase.Prospect.String()},
		"researcher":         {"consideration", phase.Prospect.String()},
		"cart-abandoner":     {"decision", phase.Prospect.String()},
		"buyer":              {"retention", phase.Active.String()},
		"repeat-buyer":       {"retention", phase.Active.String()},
		"cooling-customer":   {"retention", phase.Cooling.String()},
		"lapsed-customer":    {"retention", phase.Lapsed.String()},
		"returning-customer": {"consideration", phase.Lapsed.String()},
		"advocate":           {"advocacy", phase.Active.String()},
		"complainer":         {"retention", phase.Active.String()},
		"returner":           {"consideration", phase.Prospect.String()},
		"social-star":        {"awareness", phase.Prospect.String()},
		"subscriber":         {"retention", phase.Active.String()},
	}
	ends := map[string]map[place]int{}
	for _, person := range demo.People(until) {
		j, err := service.Journey(ctx, personalize.Caller{Key: personalize.Secret}, person.Visitor, personalize.JourneyRequest{})
		if err != nil {
			t.Fatal(err)
		}
		if ends[person.Story] == nil {
			ends[person.Story] = map[place]int{}
		}
		ends[person.Story][place{j.Phase.Name, j.Phase.Standing}]++
	}
	for story, places := range ends {
		people, there := 0, places[want[story]]
		for _, n := range places {
			people += n
		}
		if there*10 < people*9 {
			t.Errorf("%d of %d people of the story %s are at %v, want nine of ten; they are at %v", there, people, story, want[story], places)
		}
	}
	if missing := slices.DeleteFunc(slices.Sorted(maps.Keys(want)), func(story string) bool { return ends[story] != nil }); len(missing) > 0 {
		t.Errorf("nobody has the stories %v", missing)
	}
}

func publish(t *testing.T, service *personalize.Service) {
	t.Helper()
	folder, err := files.Read(demo.Rows())
	if err != nil || len(folder.Problems) > 0 {
		t.Fatalf("read the shop's tables: %v, %v", err, folder.Problems)
	}
	admin := personalize.Caller{Key: personalize.Admin, Name: "test"}
	var edits []personalize.ConfigEdit
	for table, rows := range folder.Set {
		for _, row := range rows {
			body, err := json.Marshal(row)
			if err != nil {
				t.Fatal(err)
			}
			edits = append(edits, personalize.ConfigEdit{Table: table, Row: body})
		}
	}
	for chunk := range slices.Chunk(edits, personalize.MaxConfigRows) {
		if _, err := service.EditConfig(t.Context(), admin, personalize.ConfigEdits{Rows: chunk}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := service.PublishConfig(t.Context(), admin, "", personalize.PublishRequest{}); err != nil {
		t.Fatal(fmt.Errorf("publish the shop's tables: %w", err))
	}
}
