import type { Words } from '..'

export const journeys: Words['journeys'] = {
  tabs: { map: 'Wegkarte', funnel: 'Trichter' },
  tabsLabel: 'Berichte',
  window: 'Zeitraum',
  windows: { '30': 'Letzte 30 Tage', '90': 'Letzte 90 Tage', '365': 'Letzte 12 Monate', all: 'Alles', chosen: 'Von … bis …' },
  wrongOrder: 'Das Ende liegt vor dem Anfang.',
  counted: (visitors, from, to) => `${visitors} mit einem Berührungspunkt von ${from} bis ${to}`,
  countedAll: (visitors, to) => `${visitors} mit einem Berührungspunkt bis ${to}`,
  none: 'Keine Berührungspunkte in diesem Zeitraum',
  noneText: 'Wähl einen längeren Zeitraum.',

  flow: 'Von Phase zu Phase',
  flowText: 'Wie oft Besucher von links nach rechts gewechselt sind.',
  flowTable: 'Wechsel als Tabelle',
  noMoves: 'Niemand hat die Phase gewechselt.',
  firstSeen: 'Zum ersten Mal da',
  right: 'Nach',
  moves: 'Wechsel',
  stay: 'Mittlere Zeit davor',

  channels: 'Kanäle nach Phase',
  channelsText: 'Berührungspunkte nach der Phase, in die sie führten. Je kräftiger die Farbe, desto größer der Anteil.',

  funnel: 'Wie weit Besucher kommen',
  reached: 'Kamen so weit',
  share: 'Von allen',
  ofBefore: 'Von der Phase davor',
  furthest: 'Kamen nicht weiter',
  wereIn: 'Waren in dieser Phase',
}
