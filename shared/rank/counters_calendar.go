package rank

import (
	"fmt"
	"time"

	"wegweiser/shared/journey"
	"wegweiser/shared/tables"
)

// span is a calendar period, from the shortest to the longest.
type span uint8

const (
	day span = iota
	week
	month
	life
	spans
)

func spanOf(p tables.Period) span {
	switch p {
	case tables.Day:
		return day
	case tables.Week:
		return week
	case tables.Month:
		return month
	}
	return life
}

// calendarDay counts the days of a calendar since 1970-01-01.
type calendarDay int32

const secondsOfDay = 24 * 60 * 60

func dayOf(at journey.Millis, zone *time.Location) calendarDay {
	y, m, d := at.Time().In(zone).Date()
	return calendarDay(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / secondsOfDay)
}

func (d calendarDay) time() time.Time { return time.Unix(int64(d)*secondsOfDay, 0).UTC() }

// monday returns the day on which the week of d began.
func (d calendarDay) monday() calendarDay {
	return d - calendarDay((int(d.time().Weekday())+6)%7)
}

// samePeriod reports whether two days are in one period.
func samePeriod(p span, a, b calendarDay) bool {
	switch {
	case a == b, p == life:
		return true
	case p == week:
		return a.monday() == b.monday()
	case p == month:
		aYear, aMonth, _ := a.time().Date()
		bYear, bMonth, _ := b.time().Date()
		return aYear == bYear && aMonth == bMonth
	}
	return false
}

// PeriodName names the calendar period of a moment in a zone: 2026-11-22,
// 2026-W47 (as in ISO 8601), 2026-11 or life. Two moments have one name exactly
// where they are in one period, and names of one kind sort by time.
func PeriodName(p tables.Period, at journey.Millis, zone *time.Location) string {
	t := at.Time().In(zone)
	switch spanOf(p) {
	case day:
		return t.Format("2006-01-02")
	case week:
		y, w := t.ISOWeek()
		return fmt.Sprintf("%04d-W%02d", y, w)
	case month:
		return t.Format("2006-01")
	}
	return string(tables.Life)
}

// PeriodOver returns a moment at which the calendar period of a moment is over
// wherever one is, at most two days after its end; zero for life, which does
// not end. It is for what may be forgotten then.
func PeriodOver(p tables.Period, at journey.Millis, zone *time.Location) journey.Millis {
	t := at.Time().In(zone)
	y, m, d := t.Date()
	switch spanOf(p) {
	case day:
		d++
	case week:
		d += 7 - (int(t.Weekday())+6)%7
	case month:
		m, d = m+1, 1
	default:
		return 0
	}
	return journey.At(time.Date(y, m, d+1, 0, 0, 0, 0, time.UTC))
}
