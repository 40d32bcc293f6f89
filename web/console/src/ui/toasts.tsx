import { dismiss, toasts } from '../state/toasts'
import { words } from '../words'
import { Button } from './button'
import { Icon } from './icon'
import { icons } from './notice'

/** What happened, at the foot of the window, with the way back. */
export function Toasts() {
  return (
    <div class="toasts" role="log" aria-live="polite" aria-label={words.value.ui.toasts}>
      {toasts.value.map((one) => (
        <div key={one.id} class={`notice toast ${one.tone}`}>
          <Icon name={icons[one.tone]} />
          <p class="grow">{one.text}</p>
          {one.action && (
            <Button
              small
              onClick={() => {
                one.action?.run()
                dismiss(one.id)
              }}
            >
              {one.action.label}
            </Button>
          )}
          <Button small kind="quiet" icon="close" aria-label={words.value.common.close} onClick={() => dismiss(one.id)} />
        </div>
      ))}
    </div>
  )
}
