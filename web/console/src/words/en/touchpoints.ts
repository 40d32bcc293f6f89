/** What people call the touchpoints and channels of the shipped vocabulary. */
export const touchpoints = {
  types: {
    ad_impression: 'Ad shown', ad_click: 'Ad clicked', page_view: 'Page viewed', content_view: 'Content viewed',
    video_progress: 'Video watched', search: 'Searched', product_view: 'Product viewed', compare: 'Products compared',
    review_read: 'Review read', wishlist_add: 'Put on the wishlist', ar_view: 'Viewed in the room', store_visit: 'Store visited',
    social_view: 'Post seen', social_like: 'Post liked', social_comment: 'Post commented', social_share: 'Post shared',
    social_mention: 'Mentioned us', follow: 'Follows us', newsletter_signup: 'Newsletter subscribed', email_open: 'E-mail opened',
    email_click: 'E-mail clicked', unsubscribe: 'Newsletter cancelled', chat_message: 'Chat message', cart_add: 'Added to the cart',
    cart_remove: 'Taken out of the cart', checkout_start: 'Checkout started', payment_failed: 'Payment failed', coupon_used: 'Coupon used',
    purchase: 'Purchase', return: 'Return', subscription_start: 'Subscription started', subscription_cancel: 'Subscription cancelled',
    service_request: 'Service asked for', complaint: 'Complaint', complaint_resolved: 'Complaint resolved', survey_response: 'Survey answered',
    review_written: 'Review written', referral_sent: 'Recommendation sent', referral_converted: 'Recommendation succeeded',
    loyalty_join: 'Joined the club', loyalty_redeem: 'Points redeemed', event_attended: 'Event attended',
    item_impression: 'Item shown', item_click: 'Item clicked', item_dismiss: 'Item dismissed',
  } as Record<string, string>,
  channels: {
    web: 'Website', app: 'App', email: 'E-mail', search_ad: 'Search ad', display_ad: 'Display ad', tv: 'TV', radio: 'Radio',
    print: 'Print', store: 'Store', service: 'Service', chat: 'Chat', voice: 'Phone', referral: 'Referral', event: 'Event',
  } as Record<string, string>,
}
