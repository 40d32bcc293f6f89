import { choose, language, theme, type Language, type Theme } from '../state/preferences'
import { key, signOut } from '../state/session'
import { Button } from '../ui/button'
import { Select } from '../ui/select'
import { words } from '../words'

const languages: { value: Language; label: string }[] = [
  { value: 'de', label: 'Deutsch' },
  { value: 'en', label: 'English' },
]

/** Language, appearance and the way out. */
export function Preferences() {
  const w = words.value.shell
  const themes = (['auto', 'light', 'dark'] as Theme[]).map((value) => ({ value, label: w.themes[value] }))
  return (
    <div class="preferences">
      <Select label={words.value.common.language} quietLabel value={language.value} options={languages} onChange={(v) => choose('language', v)} />
      <Select label={w.theme} quietLabel value={theme.value} options={themes} onChange={(v) => choose('theme', v)} />
      {key.value !== null && (
        <Button kind="quiet" icon="signOut" onClick={signOut}>{w.signOut}</Button>
      )}
    </div>
  )
}
