package personalize

import (
	"strings"
	"time"

	"wegweiser/shared/journey"
)

// Fetch is who fetched a pixel or a link, as far as the request says it.
type Fetch struct {
	Agent    string // User-Agent
	Head     bool   // only the head was asked for
	Prefetch bool   // a browser says that nobody has looked yet
	GPC      bool   // Sec-GPC: 1
}

// facts are what the grade of a fetch rests on.
type facts struct {
	robot bool // the request gives itself away
	proxy bool // a mailbox provider fetched an image for somebody
	mail  bool // the item stands in a mail, where scanners are
	burst bool // another link was followed moments ago

	age time.Duration // since the decision
	// first says that nothing of the mail was fetched before; otherwise since
	// tells how long ago its first fetch was, and afterProxy that it was one of
	// a mailbox provider.
	first      bool
	since      time.Duration
	afterProxy bool
}

// The times that part people from scanners. A scanner fetches when the mail
// arrives, all within a minute, and mail leaves within three days of its
// decision. Whoever sees a mail that a provider shows needs moments only.
const (
	scannersAct   = 72 * time.Hour
	scannersNeed  = 30 * time.Second
	readersNeed   = 2 * time.Second
	burstsTake    = 10 * time.Second
	burstsAmong   = 20 // newest touchpoints
	linkPatience  = time.Second
	proxiedSuffix = ".proxy"
)

// trust grades a fetch: Likely, or Machine for one that a person may have
// made and that nothing speaks for yet. docs/decisions/0015 has the reasons.
func (f *facts) trust() journey.Trust {
	switch {
	case f.robot:
		return journey.Machine
	case !f.mail, f.proxy:
		return journey.Likely
	case f.burst:
		return journey.Machine
	case f.age > scannersAct:
		return journey.Likely
	case f.first, !f.afterProxy && f.since < scannersNeed, f.since < readersNeed:
		return journey.Machine
	}
	return journey.Likely
}

// proxies are the mailbox providers that fetch images when, or shortly before,
// somebody looks at a mail, by a part of their user agent. That of Apple is
// the whole text.
var proxies = []string{"googleimageproxy", "yahoomailproxy"}

const appleProxy = "Mozilla/5.0"

// robots are parts of user agents, in small letters, that only programs send.
// The sources stand in docs/decisions/0015.
var robots = []string{
	"chrome/42.0.2311.135 safari/537.36 edge/12.246 mozilla/5.0", // Gmail, before anybody looks
	"barracuda", "bingpreview", "safelinks", "existence discovery", "skypeuripreview",
	"bot/", "bot;", "+http", "crawler", "spider", "facebookexternalhit", "slackbot", "telegrambot", "whatsapp/",
	"headlesschrome", "phantomjs", "python-requests", "python-urllib", "aiohttp", "curl/", "wget/",
	"go-http-client", "java/", "apache-httpclient", "libwww-perl", "node-fetch", "axios/", "scrapy",
}

// proxy reports whether a mailbox provider fetched an image.
func (f *Fetch) proxy() bool {
	return !f.robot() && (f.Agent == appleProxy || names(f.Agent, proxies))
}

// robot reports whether the request gives itself away as no person's.
func (f *Fetch) robot() bool {
	return f.Head || f.Prefetch || f.Agent == "" || names(f.Agent, robots)
}

func names(agent string, parts []string) bool {
	agent = strings.ToLower(agent)
	for _, part := range parts {
		if strings.Contains(agent, part) {
			return true
		}
	}
	return false
}
