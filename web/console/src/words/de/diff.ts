import type { Words } from '..'

export const diff: Words['diff'] = {
  caption: (table) => `Unterschiede in ${table}`,
  column: 'Spalte',
  live: 'Live',
  draft: 'Entwurf',
  after: 'Danach',
  empty: '(leer)',
  changes: { added: 'Neu', changed: 'Geändert', removed: 'Entfernt' },
  more: (n) => (n === 1 ? '1 weitere Zeile zeigen' : `${n} weitere Zeilen zeigen`),
  undo: 'Zurücknehmen',
  undoHelp: 'Macht diese Zeile des Entwurfs wieder so, wie sie live ist. Live ändert sich nichts.',
  undone: (row) => `${row} ist im Entwurf wieder so, wie es live ist.`,
  undoneAll: (n) => `${n} Zeilen sind im Entwurf wieder so, wie sie live sind.`,
  redone: 'Der Entwurf hat die Änderungen wieder.',
  undoStale: 'Jemand hat diese Zeile inzwischen geändert. Sieh dir an, wie sie jetzt ist.',
  counts: { added: (n) => `${n} neu`, changed: (n) => `${n} geändert`, removed: (n) => `${n} entfernt` },
}
