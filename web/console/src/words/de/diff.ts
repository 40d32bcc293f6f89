import type { Words } from '..'

export const diff: Words['diff'] = {
  caption: (table) => `Unterschiede in ${table}`,
  after: 'Danach',
  empty: '(leer)',
  changes: { added: 'Neu', changed: 'Geändert', removed: 'Entfernt' },
  more: (n) => (n === 1 ? '1 weitere Zeile zeigen' : `${n} weitere Zeilen zeigen`),
  undo: 'Zurücknehmen',
  undoHelp: 'Macht diese Zeile des Entwurfs wieder so, wie sie live ist.',
  undone: (row) => `${row} ist wieder wie live.`,
  undoneAll: (n) => `${n} Zeilen sind wieder wie live.`,
  redone: 'Der Entwurf hat die Änderungen wieder.',
  undoStale: 'Jemand hat diese Zeile inzwischen geändert.',
  counts: { added: (n) => `${n} neu`, changed: (n) => `${n} geändert`, removed: (n) => `${n} entfernt` },
}
