import type { Words } from '..'

export const touchpoints: Words['touchpoints'] = {
  types: {
    ad_impression: 'Anzeige gesehen', ad_click: 'Anzeige angeklickt', page_view: 'Seite angesehen', content_view: 'Inhalt angesehen',
    video_progress: 'Video angesehen', search: 'Gesucht', product_view: 'Produkt angesehen', compare: 'Produkte verglichen',
    review_read: 'Bewertung gelesen', wishlist_add: 'Auf die Wunschliste gesetzt', ar_view: 'Im Raum angesehen', store_visit: 'Geschäft besucht',
    social_view: 'Beitrag gesehen', social_like: 'Beitrag gefällt', social_comment: 'Beitrag kommentiert', social_share: 'Beitrag geteilt',
    social_mention: 'Uns erwähnt', follow: 'Folgt uns', newsletter_signup: 'Newsletter abonniert', email_open: 'E-Mail geöffnet',
    email_click: 'E-Mail angeklickt', unsubscribe: 'Newsletter abbestellt', chat_message: 'Chatnachricht', cart_add: 'In den Warenkorb gelegt',
    cart_remove: 'Aus dem Warenkorb genommen', checkout_start: 'Zur Kasse gegangen', payment_failed: 'Zahlung fehlgeschlagen', coupon_used: 'Gutschein eingelöst',
    purchase: 'Kauf', return: 'Rückgabe', subscription_start: 'Abo begonnen', subscription_cancel: 'Abo gekündigt',
    service_request: 'Service angefragt', complaint: 'Beschwerde', complaint_resolved: 'Beschwerde gelöst', survey_response: 'Umfrage beantwortet',
    review_written: 'Bewertung geschrieben', referral_sent: 'Weiterempfohlen', referral_converted: 'Empfehlung hat gewirkt',
    loyalty_join: 'Dem Club beigetreten', loyalty_redeem: 'Punkte eingelöst', event_attended: 'Veranstaltung besucht',
    item_impression: 'Inhalt gezeigt', item_click: 'Inhalt angeklickt', item_dismiss: 'Inhalt weggeklickt',
  },
  channels: {
    web: 'Website', email: 'E-Mail', search_ad: 'Suchanzeige', display_ad: 'Displayanzeige', tv: 'Fernsehen',
    store: 'Geschäft', voice: 'Telefon', referral: 'Empfehlung', event: 'Veranstaltung',
  },
}
