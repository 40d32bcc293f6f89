import { effect, signal } from '@preact/signals'

export type Language = 'de' | 'en'
export type Theme = 'auto' | 'light' | 'dark'

/** The language of the interface: the one chosen here before, else the browser's. */
export const language = signal<Language>(stored('wegweiser.language', ['de', 'en']) ?? browserLanguage())

export const theme = signal<Theme>(stored('wegweiser.theme', ['auto', 'light', 'dark']) ?? 'auto')

/** Keeps the document and the browser's memory in step with the preferences. */
export function followPreferences(): void {
  effect(() => {
    document.documentElement.lang = language.value
  })
  effect(() => {
    if (theme.value === 'auto') delete document.documentElement.dataset.theme
    else document.documentElement.dataset.theme = theme.value
  })
}

export function choose(which: 'language', value: Language): void
export function choose(which: 'theme', value: Theme): void
export function choose(which: 'language' | 'theme', value: Language | Theme): void {
  if (which === 'language') language.value = value as Language
  else theme.value = value as Theme
  try {
    localStorage.setItem(`wegweiser.${which}`, value)
  } catch {
    // A browser that keeps nothing forgets the choice with the tab.
  }
}

function stored<T extends string>(place: string, allowed: readonly T[]): T | undefined {
  try {
    const value = localStorage.getItem(place)
    return allowed.find((one) => one === value)
  } catch {
    return undefined
  }
}

function browserLanguage(): Language {
  return navigator.language.toLowerCase().startsWith('de') ? 'de' : 'en'
}
