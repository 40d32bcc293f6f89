import { words } from '.'

/** What people call who published: automatic publishing is nobody's name. */
export function authorName(author: string): string {
  return author === 'auto' ? words.value.history.auto : author
}

/** The note of a publish in the reader's language, where Wegweiser itself wrote it. */
export function noteText(note: string): string {
  const back = /^Rolled back from (s_[a-z0-9]+)$/.exec(note)
  return back ? words.value.history.rolledBackFrom(back[1]!) : note
}
