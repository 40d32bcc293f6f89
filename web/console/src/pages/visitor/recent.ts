import { signal } from '@preact/signals'

const place = 'wegweiser.visitors'
const most = 8

/** The visitors that were looked at in this tab, the last one first. */
export const recent = signal<string[]>(read())

export function remember(visitor: string): void {
  if (recent.value[0] === visitor) return
  recent.value = [visitor, ...recent.value.filter((one) => one !== visitor)].slice(0, most)
  sessionStorage.setItem(place, JSON.stringify(recent.value))
}

function read(): string[] {
  try {
    const kept: unknown = JSON.parse(sessionStorage.getItem(place) ?? '[]')
    return Array.isArray(kept) ? kept.filter((one) => typeof one === 'string') : []
  } catch {
    return []
  }
}
