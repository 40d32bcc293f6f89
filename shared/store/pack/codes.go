package pack

// A code is for good: stored bytes hold it. Append to these lists, never
// insert, change or remove. Code 0 says that the name follows as text.

var typeNames = [...]string{
	1: "ad_impression", "ad_click", "page_view", "content_view", "video_progress", "search",
	"product_view", "compare", "review_read", "wishlist_add", "ar_view", "store_visit",
	"social_view", "social_like", "social_comment", "social_share", "social_mention", "follow",
	"newsletter_signup", "email_open", "email_click", "unsubscribe", "chat_message",
	"cart_add", "cart_remove", "checkout_start", "payment_failed", "coupon_used", "purchase", "return",
	"subscription_start", "subscription_cancel", "service_request", "complaint", "complaint_resolved",
	"survey_response", "review_written", "referral_sent", "referral_converted",
	"loyalty_join", "loyalty_redeem", "event_attended", "item_impression", "item_click", "item_dismiss",
}

var channelNames = [...]string{
	1: "web", "app", "email", "search_ad", "display_ad", "tv", "radio", "print",
	"store", "service", "chat", "voice", "referral", "event",
	"social.facebook", "social.instagram", "social.linkedin", "social.pinterest", "social.reddit",
	"social.snapchat", "social.threads", "social.tiktok", "social.whatsapp", "social.x", "social.youtube",
}

var purposeNames = [...]string{1: "personalization", "measurement", "advertising"}

var (
	typeCodes    = codes(typeNames[:])
	channelCodes = codes(channelNames[:])
	purposeCodes = codes(purposeNames[:])
)

func codes(names []string) map[string]byte {
	byName := make(map[string]byte, len(names))
	for code, name := range names[1:] {
		byName[name] = byte(code + 1)
	}
	return byName
}
