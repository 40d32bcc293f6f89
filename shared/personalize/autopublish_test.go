package personalize_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"wegweiser/shared/journey"
	"wegweiser/shared/personalize"
	"wegweiser/shared/rule/parse"
	"wegweiser/shared/store"
	"wegweiser/shared/store/embedded"
)

// automatic is a shop that publishes itself, in a bubble of its own time.
type automatic struct {
	*testing.T
	*personalize.Service
	store store.Store
	began time.Time
}

// inBubble runs a test in time that passes only where everybody waits.
func inBubble(t *testing.T, test func(a *automatic)) {
	t.Helper()
	folder := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		kept, err := embedded.Open(folder)
		if err != nil {
			t.Fatal(err)
		}
		defer func() {
			if err := kept.Close(); err != nil {
				t.Error(err)
			}
		}()
		a := &automatic{T: t, store: kept, Service: serviceOn(t, kept)}
		publishShop(t, a.Service)
		a.edit(title("Welcome"), `{"table":"settings","row":{"id":"publish","value":"auto"},"version":"*"}`)
		a.auto()
		if got := a.live().Author; got != admin.Name {
			t.Fatalf("published by %s while the live settings say manual", got)
		}
		before := a.snapshots().Live
		if _, err := a.PublishConfig(t.Context(), admin, before, personalize.PublishRequest{}); err != nil {
			t.Fatal(err)
		}
		a.began = time.Now()
		test(a)
	})
}

func serviceOn(t *testing.T, s store.Store) *personalize.Service {
	t.Helper()
	service := personalize.New(s, &personalize.Options{Parse: parse.Parse, HashKey: []byte("test")})
	if err := service.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	return service
}

// title is an edit of the row welcome.
func title(text string) string {
	return fmt.Sprintf(`{"table":"items","version":"*","row":{"id":"welcome","kind":"content","content.title":%q}}`, text)
}

// broken is an edit after which the draft does not compile, and mended another
// after which it does.
const (
	broken = `{"table":"placements","version":"*","row":{"id":"home-hero","kind":"content","fallback":"welcom"}}`
	mended = `{"table":"placements","version":"*","row":{"id":"home-hero","kind":"content","fallback":"welcome"}}`
)

func (a *automatic) edit(rows ...string) { a.Helper(); a.call(false, rows...) }

func (a *automatic) call(more bool, rows ...string) {
	a.Helper()
	edits := personalize.ConfigEdits{More: more}
	for _, row := range rows {
		var edit personalize.ConfigEdit
		if err := json.Unmarshal([]byte(row), &edit); err != nil {
			a.Fatal(err)
		}
		edits.Rows = append(edits.Rows, edit)
	}
	if _, err := a.EditConfig(a.Context(), admin, edits); err != nil {
		a.Fatal(err)
	}
}

func (a *automatic) auto() {
	a.Helper()
	if err := a.AutoPublish(a.Context()); err != nil {
		a.Fatalf("AutoPublish: %v", err)
	}
}

func (a *automatic) live() store.Release {
	a.Helper()
	live, err := a.store.Live(a.Context())
	if err != nil {
		a.Fatal(err)
	}
	return live
}

func (a *automatic) snapshots() *personalize.Snapshots {
	a.Helper()
	list, err := a.ConfigSnapshots(a.Context())
	if err != nil {
		a.Fatal(err)
	}
	return list
}

// after returns when something happened, from the beginning of the test on.
func (a *automatic) after(at journey.Millis) time.Duration {
	return at.Time().Sub(time.UnixMilli(a.began.UnixMilli()))
}

// welcomes checks what a visitor sees.
func (a *automatic) welcomes(want string) {
	a.Helper()
	fresh := serviceOn(a.T, a.store)
	d := decide(a.T, fresh, server, personalize.DecideRequest{Visitor: "v_1", Placements: []string{"home-hero"}})
	var content struct{ Title string }
	text, err := json.Marshal(d.Placements["home-hero"].Items[0].Content)
	if err == nil {
		err = json.Unmarshal(text, &content)
	}
	if err != nil || content.Title != want {
		a.Errorf("got content %s (%v), want the title %s", text, err, want)
	}
}

func TestAChangePublishesItselfAfterThreeSeconds(t *testing.T) {
	inBubble(t, func(a *automatic) {
		a.edit(title("Hello"))
		a.auto()
		live := a.live()
		if got := a.after(live.At); live.Author != "auto" || got != 3*time.Second {
			a.Errorf("published by %s after %v, want auto after 3s", live.Author, got)
		}
		a.welcomes("Hello")
		releases := len(a.snapshots().Snapshots)
		a.auto() // told again of what is done
		if got := len(a.snapshots().Snapshots); got != releases {
			a.Errorf("a second call published again: got %d releases, want %d", got, releases)
		}
	})
}

func TestChangesGoLiveTogether(t *testing.T) {
	for name, c := range map[string]struct {
		every time.Duration
		edits int
		want  time.Duration
	}{
		"ThreeSecondsAfterTheLast":  {time.Second, 3, 5 * time.Second},
		"EightSecondsAfterTheFirst": {time.Second, 12, 8 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(a *automatic) {
				done := make(chan struct{})
				go func() {
					defer close(done)
					for i := range c.edits {
						a.edit(title(fmt.Sprint("Hello ", i)))
						time.Sleep(c.every)
					}
				}()
				a.auto()
				// A change is seen at the next look.
				if got := a.after(a.live().At); got < c.want || got > c.want+500*time.Millisecond {
					a.Errorf("published after %v, want %v", got, c.want)
				}
				<-done
				a.auto()
				a.welcomes(fmt.Sprint("Hello ", c.edits-1))
			})
		})
	}
}

func TestABrokenRowHoldsEverythingBackAndIsNamed(t *testing.T) {
	inBubble(t, func(a *automatic) {
		a.edit(broken, title("Hello"))
		a.auto()
		a.welcomes("Welcome")
		held := a.snapshots().Held
		if held == nil || len(held.Problems) != 1 {
			a.Fatalf("got %+v, want one problem", held)
		}
		if p := held.Problems[0]; p.Table != "placements" || p.Row != "home-hero" || p.Column != "fallback" || p.Message == "" {
			a.Errorf("got %+v, want the cell of the fallback", p)
		}
		time.Sleep(time.Minute)
		a.auto()
		if again := a.snapshots().Held; again == nil || again.Since != held.Since {
			a.Errorf("got %+v, want the same problem since %v", again, held.Since)
		}
		a.edit(mended)
		a.auto()
		a.welcomes("Hello")
		if held := a.snapshots().Held; held != nil {
			a.Errorf("got %+v after the row was mended, want nothing", held)
		}
	})
}

func TestALargerChangeIsWaitedFor(t *testing.T) {
	inBubble(t, func(a *automatic) {
		a.call(true, title("Half"))
		done := make(chan struct{})
		go func() {
			defer close(done)
			for range 3 { // longer than a hold lasts, but each renews it
				time.Sleep(20 * time.Second)
				a.call(true, title("Still half"))
			}
			time.Sleep(20 * time.Second)
			a.call(false, title("Whole"))
		}()
		a.auto()
		<-done
		if got := len(a.snapshots().Snapshots); got != 3 {
			a.Errorf("got %d releases, want 3: the shop, the setting, and the whole change", got)
		}
		a.welcomes("Whole")
	})
}

func TestAChangeThatNeverEndsIsNotWaitedForForever(t *testing.T) {
	inBubble(t, func(a *automatic) {
		a.call(true, title("Half"))
		a.auto()
		if got, want := a.after(a.live().At), 33*time.Second; got < want-time.Second || got > want+time.Second {
			a.Errorf("published after %v, want some %v", got, want)
		}
		a.welcomes("Half")
	})
}

func TestTheLiveSettingsGovernNotTheDraft(t *testing.T) {
	inBubble(t, func(a *automatic) {
		a.edit(title("Hello"), `{"table":"settings","version":"*","row":{"id":"publish","value":"manual"}}`)
		a.auto()
		a.welcomes("Hello")
		a.edit(title("Later"))
		a.auto()
		a.welcomes("Hello")
	})
}

// raced is a store in which somebody else publishes just before.
type raced struct {
	store.Store
	before func()
}

func (r *raced) Publish(ctx context.Context, expected string, next store.Release) error {
	if r.before != nil {
		before := r.before
		r.before = nil
		before()
	}
	return r.Store.Publish(ctx, expected, next)
}

func TestALostRaceLooksAgain(t *testing.T) {
	inBubble(t, func(a *automatic) {
		service := serviceOn(t, &raced{Store: a.store, before: func() {
			if _, err := a.PublishConfig(a.Context(), admin, a.snapshots().Live, personalize.PublishRequest{}); err != nil {
				a.Error(err)
			}
			a.edit(title("Newest"))
		}})
		a.edit(title("Hello"))
		if err := service.AutoPublish(a.Context()); err != nil {
			a.Fatal(err)
		}
		a.welcomes("Newest")
	})
}

func TestTwoPublishersAtOnceAreOne(t *testing.T) {
	inBubble(t, func(a *automatic) {
		a.edit(title("Hello"))
		other := make(chan error)
		service := serviceOn(a.T, a.store)
		go func() { other <- service.AutoPublish(a.Context()) }()
		a.auto()
		if err := <-other; err != nil {
			a.Error(err)
		}
		if got := len(a.snapshots().Snapshots); got != 3 {
			a.Errorf("got %d releases, want 3: the shop, the setting, and the change once", got)
		}
	})
}

func TestAFaultOfTheStoreIsTold(t *testing.T) {
	inBubble(t, func(a *automatic) {
		a.edit(title("Hello"))
		ctx, cancel := context.WithTimeout(a.Context(), time.Second)
		defer cancel()
		if err := a.AutoPublish(ctx); !errors.Is(err, context.DeadlineExceeded) {
			a.Errorf("got error %v, want that the time was over", err)
		}
		a.welcomes("Welcome")
	})
}

func TestWhatIsDoneIsNotDoneAgain(t *testing.T) {
	inBubble(t, func(a *automatic) {
		a.edit(title("Hello"))
		a.auto()
		began := time.Now()
		a.auto()
		if got := time.Since(began); got != 0 {
			a.Errorf("waited %v for rows that are published, want no wait", got)
		}
	})
}

// torn is a store that shows the first half of its rows as they were before an
// edit, and the other half as they are after it.
type torn struct {
	store.Store
	edit func()
}

func (s *torn) Rows(ctx context.Context, table string) ([]store.Row, error) {
	before, err := s.Store.Rows(ctx, table)
	if err != nil || s.edit == nil {
		return before, err
	}
	edit := s.edit
	s.edit = nil
	edit()
	after, err := s.Store.Rows(ctx, table)
	if err == nil && len(after) == len(before) {
		copy(after[:len(after)/2], before)
	}
	return after, err
}

func TestHalfAnEditIsNotPublished(t *testing.T) {
	inBubble(t, func(a *automatic) {
		for reads := range 3 {
			a.pair(2*reads, false, true)
			s := &torn{Store: a.store}
			service := serviceOn(t, s)
			left := reads
			var tear func()
			tear = func() {
				if left--; left >= 0 {
					s.edit = tear
					return
				}
				a.pair(2*reads+1, false, true)
			}
			s.edit = tear
			if _, err := service.PublishConfig(a.Context(), admin, a.live().Snapshot, personalize.PublishRequest{}); err != nil {
				a.Fatal(err)
			}
			if list := a.snapshots(); list.Live != list.Draft {
				a.Errorf("torn at read %d: got %s live, want what the rows are, %s", reads+1, list.Live, list.Draft)
			}
		}
	})
}
