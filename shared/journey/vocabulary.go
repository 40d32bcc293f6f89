package journey

import "slices"

// types is the shipped vocabulary of touchpoint types.
var types = []string{
	"ad_impression", "ad_click", "page_view", "content_view", "video_progress", "search",
	"product_view", "compare", "review_read", "wishlist_add", "ar_view", "store_visit",
	"social_view", "social_like", "social_comment", "social_share", "social_mention", "follow",
	"newsletter_signup", "email_open", "email_click", "unsubscribe", "chat_message",
	"cart_add", "cart_remove", "checkout_start", "payment_failed", "coupon_used", "purchase", "return",
	"subscription_start", "subscription_cancel", "service_request", "complaint", "complaint_resolved",
	"survey_response", "review_written", "referral_sent", "referral_converted",
	"loyalty_join", "loyalty_redeem", "event_attended", "item_impression", "item_click", "item_dismiss",
}

// channels is the shipped vocabulary of channels. A social network is a
// channel of its own, social.<network>.
var channels = []string{
	"web", "app", "email", "search_ad", "display_ad", "tv", "radio", "print",
	"store", "service", "chat", "voice", "referral", "event",
}

// milestones are the touchpoint types that are kept for good on the profile.
var milestones = []string{
	Purchase, Return, "subscription_start", "subscription_cancel", "complaint", "complaint_resolved",
}

// The touchpoint types that the model itself knows.
const (
	Purchase = "purchase"
	Return   = "return"
)

// Types returns the shipped touchpoint types. Others may be sent; they are
// stored and weigh nothing until a signal names them.
func Types() []string { return slices.Clone(types) }

// Channels returns the shipped channels without the social networks.
func Channels() []string { return slices.Clone(channels) }

// Milestones returns the types that are kept for good on the profile.
func Milestones() []string { return slices.Clone(milestones) }

// IsMilestone reports whether touchpoints of this type are kept for good.
func IsMilestone(name string) bool { return slices.Contains(milestones, name) }
