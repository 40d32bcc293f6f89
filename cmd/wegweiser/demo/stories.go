package demo

// story is what some people do. Its visits come in order of time.
type story struct {
	name   string
	people int
	visits []visit
}

// visit is a few touchpoints close together, some days before the end. Steps
// are touchpoint types, page_view@web for instance, or several channels with |
// between them to choose from; without a channel it is the web. *2-4 behind a
// step is two to four times, ? is every second person.
type visit struct {
	daysAgo float64
	steps   string
}

const networks = "social.instagram|social.facebook|social.pinterest|social.tiktok"

// stories are the people of the shop. Together they are on every channel and
// in every phase and standing.
func stories() []story {
	return []story{
		{"browser", 100, []visit{
			{26, "social_view@" + networks + "*1-3 ad_click@display_ad? page_view*1-3"},
			{14, "ad_impression@tv|radio|print? page_view*1-3 content_view"},
			{3, "ad_click@search_ad|display_ad page_view*1-4 content_view? video_progress?"},
		}},
		{"researcher", 80, []visit{
			{24, "ad_click@search_ad page_view*1-2 search product_view*1-2"},
			{12, "newsletter_signup? product_view*2-4 compare review_read*1-2"},
			{5, "email_open@email email_click@email product_view*1-3 ar_view@app|web? wishlist_add?"},
			{1.5, "search product_view*2-4 compare*1-2 review_read*1-3 chat_message@chat?"},
		}},
		{"cart-abandoner", 55, []visit{
			{15, "ad_click@search_ad|social.instagram page_view product_view*1-3"},
			{6, "search product_view*2-4 review_read compare?"},
			{2, "email_click@email? product_view*1-2 cart_add@web|app*1-2 checkout_start?"},
			{0.4, "page_view? payment_failed?"},
		}},
		{"buyer", 60, []visit{
			{27, "ad_click@search_ad|display_ad page_view*1-2 product_view*1-2"},
			{20, "search product_view*2-4 compare review_read*1-2 wishlist_add?"},
			{16, "store_visit@store? product_view*1-2 cart_add checkout_start coupon_used? purchase@web|app|store"},
			{9, "email_open@email page_view service_request@service|voice?"},
			{2, "email_open@email|email survey_response@email?"},
		}},
		{"repeat-buyer", 35, []visit{
			{310, "product_view*1-2 cart_add purchase"},
			{190, "email_click@email product_view*1-2 cart_add checkout_start purchase@web|store"},
			{85, "product_view cart_add purchase@app loyalty_join@app"},
			{25, "email_open@email product_view*1-3 cart_add checkout_start purchase loyalty_redeem@app?"},
			{3, "email_open@email page_view*1-2 event_attended@event?"},
		}},
		{"lapsed-customer", 35, []visit{
			{390, "ad_click@search_ad product_view*1-3 cart_add purchase@web|store"},
			{370, "email_open@email survey_response@email?"},
			{18, "email_open@email? page_view"},
			{4, "page_view*1-2 product_view?"},
		}},
		{"cooling-customer", 15, []visit{
			{200, "email_click@email product_view*1-2 cart_add purchase"},
			{21, "email_open@email? page_view"},
		}},
		{"returning-customer", 15, []visit{
			{340, "product_view*2-3 cart_add checkout_start purchase"},
			{8, "search product_view*3-5 compare*2-3 review_read*2-3"},
			{1, "product_view*3-5 compare*2-3 wishlist_add store_visit@store?"},
		}},
		{"advocate", 25, []visit{
			{75, "product_view*1-2 cart_add checkout_start purchase"},
			{40, "loyalty_join@app? review_written"},
			{12, "social_share@" + networks + " follow@" + networks + " referral_sent@referral"},
			{2, "social_mention@" + networks + "? review_written? referral_converted@referral?"},
		}},
		{"complainer", 15, []visit{
			{28, "product_view*1-2 cart_add purchase"},
			{10, "service_request@service|voice complaint@service|email"},
			{4, "chat_message@chat*1-2 complaint_resolved@service?"},
			{1, "page_view"},
		}},
		{"returner", 10, []visit{
			{29, "ad_click@social.instagram product_view*1-3 cart_add checkout_start purchase"},
			{12, "service_request@service return@store|web"},
			{3, "product_view*1-3 search"},
		}},
		{"social-star", 20, []visit{
			{25, "social_view@" + networks + "*2-4 social_like@" + networks + "*2-3 follow@" + networks},
			{11, "social_share@" + networks + "*1-2 social_comment@" + networks + "*1-3 social_mention@" + networks},
			{2, "page_view social_share@" + networks + "*1-2 content_view"},
		}},
		{"subscriber", 10, []visit{
			{60, "content_view newsletter_signup product_view purchase subscription_start"},
			{30, "email_open@email page_view"},
			{6, "email_open@email unsubscribe@email? subscription_cancel?"},
		}},
	}
}
