import { registry } from '../registry'
import { words } from '../words'

/** What people call a touchpoint type. */
export function touchpointName(type: string): string {
  return words.value.touchpoints.types[type] ?? spaced(type)
}

/** What people call a channel; social.instagram is Instagram. */
export function channelName(channel: string): string {
  return words.value.touchpoints.channels[channel] ?? spaced(channel.replace(/^social\./, ''))
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
