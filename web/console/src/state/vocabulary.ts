import { registry } from '../registry'
import { words } from '../words'
import { language } from './preferences'

/** What people call a touchpoint type, or a channel; social.instagram is Instagram. */
export function nameOf(name: string): string {
  const known = language.value === 'de' ? registry.vocabulary.labels[name]?.de : words.value.names[name]
  return known ?? spaced(name.replace(/^social\./, ''))
}

function spaced(name: string): string {
  const text = name.replaceAll('_', ' ')
  return text.charAt(0).toUpperCase() + text.slice(1)
}

export const touchpointTypes = () => registry.vocabulary.touchpoints

const networks = ['instagram', 'facebook', 'tiktok', 'youtube', 'pinterest', 'linkedin', 'x']

/** The shipped channels, with the usual networks in place of social.*. */
export const channels = () =>
  registry.vocabulary.channels.flatMap((one) => (one === 'social.*' ? networks.map((network) => `social.${network}`) : [one]))
