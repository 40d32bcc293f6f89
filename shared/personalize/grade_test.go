package personalize

import (
	"testing"
	"time"

	"wegweiser/shared/journey"
)

const (
	chrome = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36"
	gmail  = "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)"
)

func TestFetchGivesItselfAway(t *testing.T) {
	for name, c := range map[string]struct {
		fetch        Fetch
		robot, proxy bool
	}{
		"Chrome":         {Fetch{Agent: chrome}, false, false},
		"Gmail":          {Fetch{Agent: gmail}, false, true},
		"Yahoo":          {Fetch{Agent: "YahooMailProxy; https://help.yahoo.com/kb/yahoo-mail-proxy-SLN28749.html"}, false, true},
		"Apple":          {Fetch{Agent: "Mozilla/5.0"}, false, true},
		"Thunderbird":    {Fetch{Agent: "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Thunderbird/140.1"}, false, false},
		"CubotPhone":     {Fetch{Agent: "Mozilla/5.0 (Linux; Android 9; CUBOT X19) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120 Mobile Safari/537.36"}, false, false},
		"Head":           {Fetch{Agent: chrome, Head: true}, true, false},
		"HeadOfAProxy":   {Fetch{Agent: gmail, Head: true}, true, false},
		"Prefetch":       {Fetch{Agent: chrome, Prefetch: true}, true, false},
		"WithoutAgent":   {Fetch{}, true, false},
		"GmailAhead":     {Fetch{Agent: "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/42.0.2311.135 Safari/537.36 Edge/12.246 Mozilla/5.0"}, true, false},
		"OutlookPreview": {Fetch{Agent: "Mozilla/5.0 (Windows NT 6.1; WOW64) AppleWebKit/534+ (KHTML, like Gecko) BingPreview/1.0b"}, true, false},
		"Googlebot":      {Fetch{Agent: "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"}, true, false},
		"Headless":       {Fetch{Agent: "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/142.0 Safari/537.36"}, true, false},
		"Library":        {Fetch{Agent: "python-requests/2.32.3"}, true, false},
	} {
		t.Run(name, func(t *testing.T) {
			if got := c.fetch.robot(); got != c.robot {
				t.Errorf("got robot %v, want %v", got, c.robot)
			}
			if got := c.fetch.proxy(); got != c.proxy {
				t.Errorf("got proxy %v, want %v", got, c.proxy)
			}
		})
	}
}

func TestTrustOfFetches(t *testing.T) {
	for name, c := range map[string]struct {
		facts facts
		want  journey.Trust
	}{
		"OnAPage":               {facts{}, journey.Likely},
		"RobotOnAPage":          {facts{robot: true}, journey.Machine},
		"RobotInMail":           {facts{robot: true, mail: true, age: 96 * time.Hour}, journey.Machine},
		"FirstFetch":            {facts{mail: true, first: true}, journey.Machine},
		"FirstFetchOfAProvider": {facts{mail: true, first: true, proxy: true}, journey.Likely},
		"FirstFetchAfterDays":   {facts{mail: true, first: true, age: 73 * time.Hour}, journey.Likely},
		"SecondsAfterTheFirst":  {facts{mail: true, since: 29 * time.Second}, journey.Machine},
		"LaterThanTheFirst":     {facts{mail: true, since: 30 * time.Second}, journey.Likely},
		"AtOnceAfterAProvider":  {facts{mail: true, since: time.Second, afterProxy: true}, journey.Machine},
		"SoonAfterAProvider":    {facts{mail: true, since: 2 * time.Second, afterProxy: true}, journey.Likely},
		"Burst":                 {facts{mail: true, since: time.Hour, burst: true}, journey.Machine},
		"BurstAfterDays":        {facts{mail: true, age: 96 * time.Hour, burst: true}, journey.Machine},
		"AnotherClockIsBehind":  {facts{mail: true, since: -time.Second}, journey.Machine},
	} {
		t.Run(name, func(t *testing.T) {
			if got := c.facts.trust(); got != c.want {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}
