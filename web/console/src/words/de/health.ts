import type { Words } from '..'

export const health: Words['health'] = {
  statusTitle: 'Entscheidungen',
  ok: 'Alles in Ordnung',
  degraded: 'Der Speicher antwortet nicht',
  degradedText: 'Entschieden wird mit dem, was zuletzt live war. Sag deinen Entwicklern Bescheid.',
  age: 'Zuletzt nachgesehen',
  behind: 'Dieser Server folgt innerhalb von 10 Sekunden.',
  publishTitle: 'Veröffentlichen',
  manual: 'Von Hand',
  manualText: 'Änderungen warten, bis sie jemand veröffentlicht.',
  auto: 'Automatisch',
  autoHeld: (when) => `Angehalten seit ${when}: Der Entwurf hat Fehler.`,
  approvals: 'Jede Veröffentlichung muss von jemand anderem freigegeben werden.',
  noApprovals: 'Eine Freigabe ist nicht nötig.',
  settings: 'In den Einstellungen ändern',
}
