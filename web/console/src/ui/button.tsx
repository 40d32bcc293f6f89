import type { ButtonHTMLAttributes, ComponentChildren } from 'preact'
import { Icon, type IconName } from './icon'

export interface ButtonProps extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'icon'> {
  /** primary: what most people come for, once a view. danger: takes something away. */
  kind?: 'primary' | 'plain' | 'quiet' | 'danger'
  icon?: IconName
  small?: boolean
  /** Something is under way: the button says so and takes no click. */
  busy?: boolean
  children?: ComponentChildren
}

export function Button({ kind = 'plain', icon, small, busy, children, disabled, class: extra, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      class={`button ${kind}${small ? ' small' : ''}${busy ? ' busy' : ''}${children ? '' : ' bare'} ${extra ?? ''}`}
      disabled={disabled || busy}
      aria-busy={busy || undefined}
    >
      {busy ? <span class="spinner" aria-hidden="true" /> : icon && <Icon name={icon} />}
      {children}
    </button>
  )
}
